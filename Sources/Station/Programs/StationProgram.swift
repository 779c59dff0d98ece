import SerialFlasher

/// The programs behind the verbs: each puts the parts together and runs them to their end.
enum StationProgram {
  /// The wall of a station, with what the ledger says of its slots.
  static func wall(of station: LiveStation, slots: [SlotName], output: WallOutput) async throws(Fault)
    -> TerminalWall
  {
    var state = try await state(of: station, slots: slots)
    var rows: [JournalRow] = []
    for attempt in try await station.ledger.newestAttemptsOfSlots() {
      guard let slot = attempt.slot, slots.contains(slot) else { continue }
      rows += try await station.ledger.rows(ofAttempt: attempt.attempt)
    }
    try state.restore(rows)
    return TerminalWall(state: state, output: output, clock: station.clock)
  }

  /// Empty tiles, and what the cloud has yet to hear of any hub that comes.
  static func state(of station: LiveStation, slots: [SlotName]) async throws(Fault) -> WallState {
    var unsettled: [OutboxEntry] = []
    for state in [OutboxEntry.State.owed, .sending, .parked] {
      var after: Int64 = 0
      while true {
        let page = try await station.ledger.entries(in: state, after: after, limit: 500)
        unsettled += page
        guard page.count == 500, let last = page.last else { break }
        after = last.sequence
      }
    }
    let held = try await station.ledger.units(UnitFilter(onHold: true, limit: 10_000)).map(\.hub)
    return WallState(slots: slots, models: station.settings.models, unsettled: unsettled, held: held)
  }

  /// Opens the line of one device by the profile of the models that may be there.
  static func line(
    to device: String, model id: String?, settings: StationSettings
  ) throws(Fault) -> ConsoleLine {
    let models = settings.models.filter { id == nil || $0.id == id }
    guard let model = models.first, let profile = settings.profile(named: model.profile) else {
      throw Fault(.settingsInvalid, ["key": "models", "value": id ?? "none"])
    }
    guard models.allSatisfy({ $0.profile == model.profile && $0.baud == model.baud }) else {
      throw Fault(
        .settingsInvalid,
        ["key": "slots.model", "value": "none", "cause": "the models differ in profile or baud: name one"])
    }
    let reader = profile.password.map { SecretReader($0, label: "login", clock: SystemClock()) }
    return ConsoleLine(
      device: device, baud: model.baud, profile: profile.console,
      password: { () async throws(Fault) in
        guard let reader else { return nil }
        return Array(try await reader.secret().utf8).withUnsafeBytes { SecretBytes(copying: $0) }
      })
  }
}
