import SerialFlasher

/// The programs behind the verbs: each puts the parts together and runs them to their end.
enum StationProgram {
  /// The wall of a station: empty tiles, or with what the ledger says of its slots.
  static func wall(of station: LiveStation, slots: [SlotName], isFresh: Bool = false, output: WallOutput)
    async throws(Fault) -> TerminalWall
  {
    let ledger = station.ledger
    let registration = { @Sendable (hub: HubID) async throws(Fault) in
      try await ledger.unit(hub).flatMap(WallTile.Registration.init)
    }
    var state = WallState(slots: slots, models: station.settings.models)
    if !isFresh {
      var rows: [JournalRow] = []
      for attempt in try await ledger.newestAttemptsOfSlots() {
        guard let slot = attempt.slot, slots.contains(slot) else { continue }
        rows += try await ledger.rows(ofAttempt: attempt.attempt)
      }
      var known: [HubID: WallTile.Registration] = [:]
      for hub in Set(rows.compactMap(\.hub)) { known[hub] = try await registration(hub) }
      try state.restore(rows, known)
    }
    return TerminalWall(state: state, output: output, clock: station.clock, registration: registration)
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
