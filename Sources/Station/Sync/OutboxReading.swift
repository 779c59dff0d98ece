/// The outbox as the courier sees it: a projection of the journal.
protocol OutboxReading: Sendable {
  /// Entries in state owed or sending whose subject has no earlier unfinished entry (parked ones included: they block
  /// their subject), in order of their journal rows, at most `limit`, after `sequence`.
  ///
  /// - Parameter now: an entry whose `dueBy` has come waits for none.
  func dueEntries(after sequence: Int64, limit: Int, now: Timestamp) async throws(Fault) -> [OutboxEntry]

  /// Of those, the ones whose `dueBy` has come, wherever they lie: time alone made them due, and no row told of it.
  func overdueEntries(limit: Int, now: Timestamp) async throws(Fault) -> [OutboxEntry]

  /// Those of the subject that this entry is about: once it is over, what it kept waiting, wherever that lies.
  func dueEntries(ofSubjectOf entry: String, limit: Int, now: Timestamp) async throws(Fault) -> [OutboxEntry]

  /// How many entries are in each state.
  func outboxCounts() async throws(Fault) -> [OutboxEntry.State: Int]

  /// In the order in which they were owed.
  func outboxEntries(_ filter: OutboxFilter) async throws(Fault) -> [OutboxEntry]
}

extension OutboxReading {
  /// Without regard to entries whose time has come.
  func dueEntries(after sequence: Int64, limit: Int) async throws(Fault) -> [OutboxEntry] {
    try await dueEntries(after: sequence, limit: limit, now: Timestamp(milliseconds: 0))
  }
}
