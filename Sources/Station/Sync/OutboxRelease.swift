/// Sends parked entries back to work. Needs no running courier: `station outbox retry` uses it under the ledger's lock.
struct OutboxRelease: Sendable {
  let journal: any Journaling
  let outbox: any OutboxReading

  /// Entries released in one transaction; the writer is shared with the slots.
  private static let batch = 100

  /// - Returns: the entries released; with `dryRun` those that would be, and nothing is written.
  func release(_ filter: ParkedFilter, reason: String, actor: String, dryRun: Bool) async throws(Fault)
    -> [OutboxEntry]
  {
    var released: [OutboxEntry] = []
    var position: Int64 = 0
    while true {
      let page = try await outbox.outboxEntries(
        OutboxFilter(
          state: .parked, kind: filter.kind, fault: filter.code, after: position, limit: Self.batch))
      let chosen = page.filter(filter.matches)
      if !dryRun, !chosen.isEmpty {
        var drafts: [JournalDraft] = []
        for entry in chosen {
          let hub = entry.intent.hub
          drafts.append(
            JournalDraft(actor: actor, hub: hub, entry: .released(entry: entry.intent.entry, reason: reason)))
          guard let hub else { continue }
          // Parking put the unit on hold; a hold for another reason stays.
          let story = try HubStory(rows: await journal.rows(of: hub), attempt: AttemptID(text: ""))
          if story.hold == entry.fault {
            drafts.append(JournalDraft(actor: actor, hub: hub, entry: .freed(reason: reason)))
          }
        }
        _ = try await journal.append(AppendRequest(drafts))
      }
      released += chosen
      guard page.count == Self.batch, let last = page.last else { return released }
      position = last.sequence
    }
  }
}
