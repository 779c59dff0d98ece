/// What became of the record when a ledger was restored from a backup: the body of the row that says so.
struct LedgerRestoration: Hashable, Sendable, Codable {
  /// The file name of the backup.
  var backup: String
  /// Its newest row, and the hash of that: lower-case hex.
  var backupRow: Int64
  var backupHead: String
  /// Rows after it that were brought back, unchanged, from the ledger that was replaced.
  var fromLedger: Int64
  /// Rows after it that were brought back, unchanged, from the second copy of the record.
  var fromRecord: Int64
  /// Rows that are known to be lost. Absent: nobody knows how many, because neither the ledger that was replaced nor
  /// the second copy could say where it ended.
  var lost: Int64?
  /// The newest time that is known of a row that is lost.
  var newestLost: Timestamp?
  /// Units of lost rows that are still known by name: each has a row of its own behind this one.
  var knownUnits: Int
  /// The file name under which the ledger that was replaced is kept; absent: there was none.
  var kept: String?

  /// Whether every row that was ever written is known to be here.
  var isComplete: Bool { lost == 0 }
}
