import GRDB

/// The mark of a station that closed its ledger in good order: the number of the last row. Rows behind it say that
/// somebody wrote since and did not come to an end, so that the file is looked at before it is trusted.
enum CleanEnd {
  private static let key = "clean-end"
  private static let last = "SELECT coalesce(max(seq), 0) FROM journal"

  static func isMarked(_ queue: DatabaseQueue, _ file: LedgerFile) throws(Fault) -> Bool {
    try Fault.ofLedger(file.path) {
      try queue.writeWithoutTransaction { database in
        try Bool.fetchOne(
          database,
          sql: "SELECT EXISTS(SELECT 1 FROM station_state WHERE key = ? AND value = CAST((\(last)) AS TEXT))",
          arguments: [key]) ?? false
      }
    }
  }

  /// After trouble: an older mark could still fit.
  static func clear(_ queue: DatabaseQueue) {
    try? queue.writeWithoutTransaction { try $0.run("DELETE FROM station_state WHERE key = ?", [key]) }
  }

  /// One that cannot be written (a full disk) costs the next start a look at every page, and nothing else.
  static func mark(_ queue: DatabaseQueue) {
    try? queue.writeWithoutTransaction { database in
      try database.run(
        """
        INSERT INTO station_state(key, value) SELECT ?, CAST((\(last)) AS TEXT) WHERE true
        ON CONFLICT(key) DO UPDATE SET value = excluded.value WHERE value <> excluded.value
        """, [key])
    }
  }
}
