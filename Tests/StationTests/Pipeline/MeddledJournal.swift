import Synchronization

@testable import Station

/// A journal of which somebody else writes, just before one of the requests that expect a head.
final class MeddledJournal: Journaling {
  private let ledger: Ledger
  private let row: JournalEntry
  private let left: Mutex<Int>

  /// - Parameter request: the number of the request; 1 is the first one that follows other rows of its hub.
  init(_ ledger: Ledger, before request: Int, _ row: JournalEntry) {
    self.ledger = ledger
    self.row = row
    left = Mutex(request)
  }

  var hasWritten: Bool { left.withLock { $0 <= 0 } }

  func append(_ request: AppendRequest) async throws(Fault) -> [JournalRow] {
    if let head = request.expectedHead, head.sequence > 0 {
      let isDue = left.withLock { left in
        left -= 1
        return left == 0
      }
      if isDue { try await ledger.append(JournalDraft(actor: "qa", hub: head.hub, entry: row)) }
    }
    return try await ledger.append(request)
  }

  func rows(of hub: HubID) async throws(Fault) -> [JournalRow] { try await ledger.rows(of: hub) }

  func rows(after sequence: Int64, limit: Int) async throws(Fault) -> [JournalRow] {
    try await ledger.rows(after: sequence, limit: limit)
  }
}
