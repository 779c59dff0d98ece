import GRDB

@testable import Station

/// The ledger's synchronous door, on the one thread of a simulated world.
struct PowerCutJournal: Journaling, OutboxReading {
  let ledger: Ledger
  let power: PowerSwitch
  let plant: Plant?
  /// A tile that is green before its row is durable: what a planted bug does.
  let showsGreen: @Sendable (HubID) -> Void

  func append(_ request: AppendRequest) async throws(Fault) -> [JournalRow] {
    if !request.outlivesCancellation, Task.isCancelled { throw Fault(.requestCancelled) }
    try boundary()
    if plant == .greenBeforeCommit {
      for draft in request.drafts {
        if case .done(.passed) = draft.entry, let hub = draft.hub { showsGreen(hub) }
      }
    }
    let isSplit =
      switch plant {
      case .outboxInItsOwnTransaction: true
      case .oldIdentityInItsOwnTransaction: request.drafts.contains { $0.entry == .began(.deliver) }
      default: false
      }
    let rows = isSplit ? try appendInTwo(request) : try ledger.appendNow(request)
    // The power may have gone inside the commit: what came back then is known to nobody.
    try boundary()
    return rows
  }

  private func appendInTwo(_ request: AppendRequest) throws(Fault) -> [JournalRow] {
    var (own, owed) = (request, request)
    own.drafts = request.drafts.filter { if case .owed = $0.entry { false } else { true } }
    owed.drafts = request.drafts.filter { if case .owed = $0.entry { true } else { false } }
    owed.expectedHead = nil
    guard !owed.drafts.isEmpty else { return try ledger.appendNow(request) }
    let rows = try ledger.appendNow(own)
    try boundary()
    return rows + (try ledger.appendNow(owed))
  }

  func rows(of hub: HubID) async throws(Fault) -> [JournalRow] {
    try read { try JournalQueries.rows($0, of: hub) }
  }

  func rows(after sequence: Int64, limit: Int) async throws(Fault) -> [JournalRow] {
    try read { try JournalQueries.rows($0, after: sequence, limit: limit) }
  }

  func dueEntries(after sequence: Int64, limit: Int, now: Timestamp) async throws(Fault) -> [OutboxEntry] {
    try read { try OutboxQueries.due($0, after: sequence, limit: limit, now: now) }
  }

  func overdueEntries(limit: Int, now: Timestamp) async throws(Fault) -> [OutboxEntry] {
    try read { try OutboxQueries.overdue($0, limit: limit, now: now) }
  }

  func dueEntries(ofSubjectOf entry: String, limit: Int, now: Timestamp) async throws(Fault)
    -> [OutboxEntry]
  {
    try read { try OutboxQueries.due($0, ofSubjectOf: entry, limit: limit, now: now) }
  }

  func outboxCounts() async throws(Fault) -> [OutboxEntry.State: Int] {
    try read { try OutboxQueries.counts($0) }
  }

  func outboxEntries(_ filter: OutboxFilter) async throws(Fault) -> [OutboxEntry] {
    try read { try OutboxQueries.entries($0, filter) }
  }

  private func read<Value>(_ body: (Database) throws -> Value) throws(Fault) -> Value {
    guard !power.isOff else { throw PowerSwitch.dark }
    return try ledger.reader.readNow(body)
  }

  private func boundary() throws(Fault) { if power.boundary(.journal) { throw PowerSwitch.dark } }
}
