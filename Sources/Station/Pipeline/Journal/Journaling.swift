/// The journal as the pipeline and the courier see it. `Ledger` is the one that a factory runs on.
protocol Journaling: Sendable {
  /// Writes all rows of the request in one durable transaction, or none.
  ///
  /// - Throws: `head-moved` when the hub has newer rows than the request was decided on, or the outbox entry that it
  ///   needs is over; `serial-claimed` when another hub has the serial; `ledger-full`, `ledger-failed`, `ledger-corrupt`, `ledger-read-only`; `request-cancelled`
  ///   when the calling task was cancelled before the writer had taken the request, unless that outlives cancellation.
  func append(_ request: AppendRequest) async throws(Fault) -> [JournalRow]

  /// All rows of one hub, oldest first.
  func rows(of hub: HubID) async throws(Fault) -> [JournalRow]

  /// Rows with a greater sequence number, oldest first, at most `limit`.
  func rows(after sequence: Int64, limit: Int) async throws(Fault) -> [JournalRow]
}

extension Journaling {
  @discardableResult
  func append(_ draft: JournalDraft, expecting head: AppendRequest.Head? = nil) async throws(Fault)
    -> JournalRow
  {
    let rows = try await append(AppendRequest(draft, expecting: head))
    guard let row = rows.first else { throw Fault(.ledgerFailed, ["cause": "no row came back"]) }
    return row
  }
}
