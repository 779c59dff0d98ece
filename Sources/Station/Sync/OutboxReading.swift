/// The outbox as the courier sees it: a projection of the journal.
protocol OutboxReading: Sendable {
  /// Entries in state owed or sending whose unit has no earlier unfinished entry (parked ones included: they block
  /// their unit), in order of their journal rows, at most `limit`, after `sequence`.
  func dueEntries(after sequence: Int64, limit: Int) async throws(Fault) -> [OutboxEntry]

  /// How many entries are in each state.
  func outboxCounts() async throws(Fault) -> [OutboxEntry.State: Int]

  /// In the order in which they were owed.
  func outboxEntries(_ filter: OutboxFilter) async throws(Fault) -> [OutboxEntry]
}
