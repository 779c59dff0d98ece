/// Carries out what a person decided about parked and waiting entries. Needs no running courier: the verbs use it under
/// the ledger's lock.
struct OutboxRelease: Sendable {
  let journal: any Journaling
  let outbox: any OutboxReading

  /// Entries decided in one transaction; the writer is shared with the slots.
  private static let batch = 100

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
        if !dryRun, !chosen.isEmpty {
          var drafts: [JournalDraft] = []
          for entry in chosen { drafts += try await rows(decision, entry, reason: reason, actor: actor) }
          _ = try await journal.append(AppendRequest(drafts))
        }
        decided += chosen
        guard page.count == Self.batch, let last = page.last else { break }
        position = last.sequence
      }
    }
    return decided
  }

  private func rows(_ decision: OutboxDecision, _ entry: OutboxEntry, reason: String, actor: String)
    async throws(Fault) -> [JournalDraft]
  {
    let hub = entry.intent.hub
    let row = JournalDraft(
      actor: actor, hub: hub, entry: decision.row(of: entry.intent.entry, reason: reason))
    guard let hub, entry.state == .parked else { return [row] }
    // Parking put the unit on hold; a hold for another reason stays.
    let story = try HubStory(rows: await journal.rows(of: hub), attempt: AttemptID(text: ""))
    guard story.hold == entry.fault else { return [row] }
    return [row, JournalDraft(actor: actor, hub: hub, entry: .freed(reason: reason))]
  }
}
