/// Carries out what a person decided about parked and waiting entries. Needs no running courier: the verbs use it under
/// the ledger's lock.
struct OutboxRelease: Sendable {
  let journal: any Journaling
  let outbox: any OutboxReading

  /// Entries read at once.
  private static let batch = 100
  private static let headRetries = 8

  /// - Returns: the entries that were decided; with `dryRun` those that would be, and nothing is written.
  func decide(
    _ decision: OutboxDecision, _ filter: ParkedFilter, reason: String, actor: String, dryRun: Bool
  ) async throws(Fault) -> [OutboxEntry] {
    var decided: [OutboxEntry] = []
    for state in decision.states {
      var position: Int64 = 0
      while true {
        let page = try await outbox.outboxEntries(
          OutboxFilter(
            state: state, kind: filter.kind, fault: filter.code, after: position, limit: Self.batch))
        let chosen = page.filter { filter.matches($0) && decision.applies(to: $0) }
        if !dryRun {
          for (hub, entries) in Dictionary(grouping: chosen, by: \.intent.hub) {
            try await write(decision, entries, of: hub, reason: reason, actor: actor)
          }
        }
        decided += chosen
        guard page.count == Self.batch, let last = page.last else { break }
        position = last.sequence
      }
    }
    return decided
  }

  /// One transaction for each unit. Parking put it on hold: that ends with the last of its parked entries, and what else
  /// held it goes on.
  private func write(
    _ decision: OutboxDecision, _ entries: [OutboxEntry], of hub: HubID?, reason: String, actor: String
  ) async throws(Fault) {
    let decided = entries.map { decision.row(of: $0.intent.entry, reason: reason) }
    func drafts(_ rows: [JournalEntry]) -> [JournalDraft] {
      rows.map { JournalDraft(actor: actor, hub: hub, entry: $0) }
    }
    guard let hub else {
      _ = try await journal.append(AppendRequest(drafts(decided)))
      return
    }
    for _ in 0..<Self.headRetries {
      let rows = try await journal.rows(of: hub)
      var reasons = try HoldReasons(rows)
      let (before, head) = (reasons.current, reasons.head)
      for row in decided { reasons.take(row) }
      var written = decided
      if reasons.current != before {
        written.append(reasons.current.map { .held($0) } ?? .freed(reason: reason))
      }
      do throws(Fault) {
        _ = try await journal.append(
          AppendRequest(drafts(written), expecting: .init(hub: hub, sequence: head)))
        return
      } catch { guard error.code == .headMoved else { throw error } }
    }
    throw Fault(.headMoved, ["hub": hub.text])
  }
}
