import Foundation

/// What the running station does for those who knock.
struct StationDoor: Sendable {
  let station: LiveStation
  let wall: TerminalWall
  let map: FixtureMap
  let onDuty: OnDuty
  let stop: @Sendable () -> Void

  func answer(_ request: DoorRequest, _ peer: DoorPeer) async -> DoorAnswer {
    do throws(Fault) {
      switch request.verb {
      case .status: return try await status()
      case .outboxDecide: return try await retry(request)
      case .owe: return try await owe(request)
      case .pack, .unpack: return try await pack(request)
      case .sync: return try await sync(within: .seconds(request.seconds ?? 60))
      case .slotsTeach: return try teach(request)
      case .seal:
        try await station.ledger.seal(.hand)
        return DoorAnswer()
      case .batchOpen, .batchChange, .batchClose: return try await batch(request)
      case .export:
        guard let event = request.exported else { throw Fault(.exportFailed, ["cause": "no event"]) }
        try await station.ledger.append(JournalDraft(actor: request.actor, entry: .exported(event)))
        return DoorAnswer()
      case .dispose, .correct, .campaignOpen, .campaignStep: return try await decide(request)
      case .adopt:
        var answer = DoorAnswer()
        answer.decisions = try await AdoptionVerb(request).perform(
          at: AdoptionDesk(ledger: station.ledger, actor: request.actor))
        return answer
      case .badge: return try await badge(request)
      case .stop:
        stop()
        return DoorAnswer()
      }
    } catch { return DoorAnswer(fault: error) }
  }

  private func status() async throws(Fault) -> DoorAnswer {
    var report = try await StationReport(reading: station.ledger)
    report.live = true
    report.station = station.settings.station
    report.version = StationVersion.text
    report.process = ProcessInfo.processInfo.processIdentifier
    report.add(ledgerFault: station.ledger.checkpointFault ?? station.ledger.sealFault)
    report.add(try await station.courier.status())
    if let record = try await station.shipper?.status() { report.add(record) }
    if let backup = await station.backups?.status { report.add(backup) }
    report.lineStopped = await wall.lineStopped?.code
    let state = await wall.current
    report.tiles = state.tiles.map {
      WallEvent($0, time: $0.since ?? station.clock.now(), row: state.sequence)
    }
    var answer = DoorAnswer()
    answer.status = report
    return answer
  }

  private func retry(_ request: DoorRequest) async throws(Fault) -> DoorAnswer {
    var filter = ParkedFilter(code: request.code, kind: request.kind, serial: request.serial)
    filter.entry = request.entry
    let entries = try await station.courier.decide(
      request.decision ?? .release, filter, reason: request.reason ?? "", actor: request.actor,
      dryRun: request.dryRun ?? false)
    var answer = DoorAnswer()
    answer.entries = entries.map { OutboxLine($0) }
    return answer
  }

  private var owing: Owing {
    Owing(journal: station.ledger, clock: station.clock, randomness: station.randomness)
  }

  private func owe(_ request: DoorRequest) async throws(Fault) -> DoorAnswer {
    let entries = try await owing.owe(request.effects ?? [], actor: request.actor)
    await station.courier.wake()
    var answer = DoorAnswer()
    answer.entries = entries.map { OutboxLine($0) }
    return answer
  }

  private func pack(_ request: DoorRequest) async throws(Fault) -> DoorAnswer {
    guard let hub = request.hub, let locks = request.locks, locks.count <= 100 else {
      throw VendorRules.invalid("locks", "none", "1 to 100 numbers, and a hub")
    }
    if request.verb == .pack {
      try await owing.pack(locks, with: hub, actor: request.actor)
    } else {
      try await owing.unpack(locks, from: hub, actor: request.actor)
    }
    return DoorAnswer()
  }

  /// The courier is at work all the time: it is told to look at once, and waited for.
  private func sync(within limit: Duration) async throws(Fault) -> DoorAnswer {
    await station.courier.wake()
    await station.courier.networkBack()
    await station.shipper?.wake()
    let end = station.clock.uptime() + limit
    var answer = DoorAnswer()
    while true {
      let status = try await station.courier.status()
      answer.left = status.unsettled + status.parked
      if status.backlog == 0 || station.clock.uptime() >= end { return answer }
      do { try await station.clock.sleep(for: .milliseconds(200)) } catch { return answer }
    }
  }

  private func batch(_ request: DoorRequest) async throws(Fault) -> DoorAnswer {
    if let order = request.order, !station.settings.models.contains(where: { $0.id == order.model }) {
      throw Fault(
        .batchInvalid, ["cause": "the running station has no model \(Printable.text(order.model))"])
    }
    var answer = DoorAnswer()
    answer.batch = try await BatchVerb(request).perform(
      at: BatchDesk(ledger: station.ledger, actor: request.actor))
    return answer
  }

  private func decide(_ request: DoorRequest) async throws(Fault) -> DoorAnswer {
    let desk = DispositionDesk(
      ledger: station.ledger, actor: request.actor,
      retirement: RetirementRule(
        station.settings.cloud, clock: station.clock, randomness: station.randomness))
    var answer = DoorAnswer()
    switch request.verb {
    case .dispose: answer.decisions = try await DispositionVerb(request).perform(at: desk)
    case .correct:
      guard let row = request.row, let reason = request.reason else {
        throw Fault(.correctionRefused, ["cause": "the request names no row or no reason"])
      }
      answer.correction = try await desk.correct(
        row, batch: request.batch, reason: reason, dryRun: request.dryRun ?? false)
    default:
      answer.campaign = try await CampaignVerb(request)
        .perform(at: CampaignDesk(ledger: station.ledger, desk: desk))
    }
    return answer
  }

  private func badge(_ request: DoorRequest) async throws(Fault) -> DoorAnswer {
    if let badge = request.badge, !BadgeScan.isBadge(badge) {
      throw Fault(.settingsInvalid, ["key": "badge", "value": Printable.text(badge)])
    }
    try await onDuty.change(to: request.badge, in: station.ledger)
    var answer = DoorAnswer()
    answer.onDuty = onDuty.actor
    return answer
  }

  private func teach(_ request: DoorRequest) throws(Fault) -> DoorAnswer {
    guard let slot = request.slot, let path = request.path else {
      throw Fault(.settingsInvalid, ["key": "slots", "value": "no slot or no path"])
    }
    map.teach(slot, path: path)
    return DoorAnswer()
  }
}
