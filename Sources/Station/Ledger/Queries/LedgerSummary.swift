import GRDB

/// What came of the units whose attempts ended after some row.
struct LedgerSummary: Hashable, Sendable {
  /// Units that were worked on: at least one attempt of theirs ended.
  var units = 0
  /// By the outcome of each unit's last attempt.
  var passed = 0
  var failed = 0
  var errored = 0
  var aborted = 0
  /// Of these units, those that the cloud knows completely.
  var registered = 0
  /// Attempts that ended before it was known which hub it was; they are no units.
  var unidentified = 0
  /// All entries of this ledger that are not settled: owed, sending and parked.
  var outbox = 0
  var parked = 0

  init() {}

  init(_ database: Database, since sequence: Int64) throws {
    let units = try Row.fetchAll(
      database,
      sql: """
        SELECT outcome, count(*), coalesce(sum(registration = 'registered'), 0) FROM unit
        WHERE closed_seq > ? GROUP BY outcome
        """, arguments: [sequence])
    for row in units {
      let count = try row.decode(Int.self, atIndex: 1)
      self.units += count
      registered += try row.decode(Int.self, atIndex: 2)
      switch Outcome(rawValue: try row.decode(String.self, atIndex: 0)) {
      case .passed: passed += count
      case .failed: failed += count
      case .errored: errored += count
      case .aborted: aborted += count
      case nil: throw Fault(.ledgerCorrupt, ["table": "unit", "column": "outcome"])
      }
    }
    unidentified =
      try Int.fetchOne(
        database, sql: "SELECT count(*) FROM attempt WHERE closed_seq > ? AND hub IS NULL",
        arguments: [sequence]) ?? 0
    let counts = try OutboxQueries.counts(database)
    parked = counts[.parked] ?? 0
    outbox = (counts[.owed] ?? 0) + (counts[.sending] ?? 0) + parked
  }
}
