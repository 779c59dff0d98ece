import GRDB

/// How far a batch is.
struct BatchCounts: Hashable, Sendable, Codable {
  /// Units that belong to it, whatever became of them.
  var units = 0
  /// Passed and not scrapped: what counts against the quantity.
  var passed = 0
  var scrapped = 0
  var onHold = 0
  /// Passed units that the cloud knows completely.
  var registered = 0
  /// Not passed, by the outcome of each unit's last attempt.
  var failed = 0
  var errored = 0
  var aborted = 0

  init() {}

  init(_ database: Database, _ batch: BatchID) throws {
    let row = try Row.fetchOne(
      database,
      sql: """
        SELECT count(*), total(passed_seq IS NOT NULL AND disposition <> 'scrapped'),
          total(disposition = 'scrapped'), total(on_hold),
          total(passed_seq IS NOT NULL AND registration = 'registered'),
          total(passed_seq IS NULL AND outcome = 'failed'), total(passed_seq IS NULL AND outcome = 'errored'),
          total(passed_seq IS NULL AND outcome = 'aborted')
        FROM unit WHERE batch = ?
        """, arguments: [batch.text])
    guard let row else { return }
    func count(_ index: Int) throws -> Int { Int(try row.decode(Double.self, atIndex: index)) }
    (units, passed, scrapped) = (try count(0), try count(1), try count(2))
    (onHold, registered) = (try count(3), try count(4))
    (failed, errored, aborted) = (try count(5), try count(6), try count(7))
  }
}
