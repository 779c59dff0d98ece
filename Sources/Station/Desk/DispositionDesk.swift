/// Where persons decide about units: each decision is a row with person and reason, and what the table does not allow is
/// refused.
struct DispositionDesk: Sendable {
  let ledger: Ledger
  let actor: String
  /// What the cloud has to hear of a unit that is scrapped or recalled after it got an identity.
  var retirement: RetirementRule?

  struct Order: Sendable {
    var act: DispositionAct
    var reason: String
    /// ship: also a unit that the cloud does not know completely.
    var allowsUnregistered = false
    var campaign: CampaignID?
  }

  /// How often a decision is made again because the unit got a row in between.
  private static let headRetries = 8

  /// - Returns: where the unit stands now; with `dryRun` where it would.
  /// - Throws: `unit-unknown`, `disposition-refused`, `unit-unregistered`, `unit-parked`, `identity-ended`.
  @discardableResult
  func decide(_ hub: HubID, _ order: Order, result: CampaignResult? = nil, dryRun: Bool = false)
    async throws(Fault) -> UnitStanding
  {
    var fault = Fault(.headMoved, ["hub": hub.text])
    for _ in 0..<Self.headRetries {
      guard let unit = try await ledger.unit(hub) else { throw Fault(.unitUnknown, ["hub": hub.text]) }
      let next = try await Self.check(order, unit, ledger)
      if dryRun { return next }
      var entries = try entries(for: order, unit, next, rows: await ledger.rows(of: hub))
      if let result { entries.append(.campaignResult(result)) }
      do throws(Fault) {
        _ = try await ledger.append(
          AppendRequest(
            entries.map { JournalDraft(actor: actor, hub: hub, entry: $0) },
            expecting: .init(hub: hub, sequence: unit.lastSequence), outlivesCancellation: true))
        return next
      } catch {
        guard error.code == .headMoved else { throw error }
        fault = error
      }
    }
    throw fault
  }

  /// Whether the order may be carried out on the unit as it stands.
  static func check(_ order: Order, _ unit: UnitRecord, _ ledger: some LedgerReading) async throws(Fault)
    -> UnitStanding
  {
    guard let next = unit.standing.after(order.act) else {
      throw Fault(
        .dispositionRefused,
        [
          "serial": unit.serial.text, "act": order.act.past, "state": unit.standing.description,
          "allowed": unit.standing.allowed.map(\.rawValue).joined(separator: ", "),
        ])
    }
    // What was called back, or was to be scrapped, cannot work again as it is.
    if order.act == .ship || order.act == .release && unit.disposition == .returned && !unit.onHold,
      let passed = unit.passed, try await endsIdentity(unit.hub, after: passed.sequence, ledger)
    {
      throw Fault(.identityEnded, ["serial": unit.serial.text, "certificate": passed.certificate])
    }
    if order.act == .ship, unit.registration != .registered, !order.allowsUnregistered {
      throw Fault(
        .unitUnregistered, ["serial": unit.serial.text, "registration": unit.registration.rawValue])
    }
    if order.act == .release, unit.onHold, unit.registration == .attention {
      throw Fault(.unitParked, ["serial": unit.serial.text])
    }
    return next
  }

  private func entries(for order: Order, _ unit: UnitRecord, _ next: UnitStanding, rows: [JournalRow])
    throws(Fault)
    -> [JournalEntry]
  {
    if order.act == .hold {
      var values = ["serial": unit.serial.text, "reason": order.reason, "by": actor]
      values["campaign"] = order.campaign?.text
      return [.held(Fault(.qualityHold, values))]
    }
    var entries: [JournalEntry] = unit.onHold && !next.isOnHold ? [.freed(reason: order.reason)] : []
    if next.disposition != unit.disposition {
      entries.append(
        .disposed(
          UnitDisposal(
            act: order.act, from: unit.disposition, to: next.disposition, reason: order.reason,
            unregistered: order.act == .ship && unit.registration != .registered ? true : nil,
            campaign: order.campaign)))
    }
    if order.act == .scrap || order.act == .recall, unit.passed != nil {
      let owed = try retirement?.intents(for: unit, reason: order.reason, rows: rows) ?? []
      entries += owed.map { .owed($0) }
    }
    return entries
  }

  /// Says that an earlier decision about a unit, or the batch that it was put into, was wrong.
  ///
  /// - Parameter batch: nil: the decision of that row is taken back.
  /// - Throws: `correction-refused` with why.
  func correct(_ row: Int64, batch: BatchID?, reason: String, dryRun: Bool = false) async throws(Fault)
    -> UnitCorrection
  {
    func refused(_ cause: String) -> Fault {
      Fault(.correctionRefused, ["row": String(row), "cause": cause])
    }
    guard row > 0 else { throw refused("there is no such row") }
    guard let wrong = try await ledger.rows(after: row - 1, limit: 1).first, wrong.sequence == row else {
      throw refused("there is no such row")
    }
    guard let hub = wrong.hub, let unit = try await ledger.unit(hub) else {
      throw refused("it tells of no unit")
    }
    let correction: UnitCorrection
    switch (try wrong.entry(), batch) {
    case (.disposed(let disposal), nil):
      guard unit.disposedSequence == row else { throw refused("a later decision stands above it") }
      var isEnding = disposal.act == .scrap && unit.passed != nil
      if disposal.act == .rework { isEnding = try await oldIdentityEnds(hub, after: row) }
      if disposal.act == .recall { isEnding = try await Self.endsIdentity(hub, after: row, ledger) }
      guard !isEnding else { throw refused("its certificate is being taken away") }
      correction = UnitCorrection(
        row: row, field: .disposition, old: disposal.to.rawValue, new: disposal.from.rawValue, reason: reason)
    case (.done(.identified), let batch?):
      guard let old = unit.batch else { throw refused("the unit is in no batch") }
      let other = try await ledger.batch(batch)
      guard old != batch else { throw refused("the unit is in that batch already") }
      guard other.batch.model == unit.model else { throw refused("that batch is of another model") }
      for id in [old, batch] where try await !ledger.batch(id).isOpen {
        throw refused("batch \(id) is closed")
      }
      correction = UnitCorrection(row: row, field: .batch, old: old.text, new: batch.text, reason: reason)
    case (.held, nil), (.parked, nil), (.recovered, nil):
      throw refused("a hold is lifted by `station release`")
    case (.freed, nil): throw refused("what was released is held again by `station hold`")
    case (_, nil): throw refused("it is no decision that can be taken back")
    case (_, _): throw refused("it put no unit into a batch")
    }
    if dryRun { return correction }
    _ = try await ledger.append(
      AppendRequest(
        [JournalDraft(actor: actor, hub: hub, entry: .corrected(correction))],
        expecting: .init(hub: hub, sequence: unit.lastSequence), outlivesCancellation: true))
    return correction
  }

  /// Whether the certificate is taken away, or was, by what was owed after that row.
  private static func endsIdentity(_ hub: HubID, after row: Int64, _ ledger: some LedgerReading)
    async throws(Fault) -> Bool
  {
    let owed = try await ledger.outboxEntries(OutboxFilter(kind: .revokeCertificate, hub: hub, after: row))
    return owed.contains { $0.state != .superseded && $0.state != .givenUp }
  }

  private func oldIdentityEnds(_ hub: HubID, after row: Int64) async throws(Fault) -> Bool {
    for later in try await ledger.rows(of: hub) where later.sequence > row {
      if case .began(.deliver) = try later.entry() { return true }
    }
    return false
  }
}
