import GRDB

/// How connections to the ledger are opened.
enum LedgerConnection {
  /// The one connection that writes.
  ///
  /// Not GRDB's own WAL mode: that sets synchronous NORMAL by itself, which may lose the last commits when the power
  /// fails. FULL is set after WAL and read back.
  ///
  /// - Parameter keeping: makes a verified backup of a file of an older program, before its tables are changed.
  static func writing(
    _ file: LedgerFile, schema: LedgerSchema = .current, keeping: (Int) throws -> Void
  ) throws(Fault) -> DatabaseQueue {
    try Fault.ofLedger(file.path) {
      var configuration = Configuration()
      configuration.label = "ledger.writer"
      configuration.foreignKeysEnabled = false
      // Another program may look into the file; it may not stop the line.
      configuration.busyMode = .timeout(5)
      let queue = try DatabaseQueue(path: file.path, configuration: configuration)
      try queue.writeWithoutTransaction { database in
        _ = try schema.versionFound(in: database)
        try file.restrict()
        try makeDurable(database)
        try schema.migrate(database, keeping: keeping)
      }
      try file.restrict()
      return queue
    }
  }

  private static func makeDurable(_ database: Database) throws {
    let mode = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL")
    guard mode == "wal" else {
      throw Fault(.ledgerFailed, ["cause": "journal mode is \(mode ?? "unknown")"])
    }
    try database.execute(sql: "PRAGMA synchronous = FULL")
    // Checkpoints are made by a connection of their own, so that no waiter pays for one.
    try database.execute(sql: "PRAGMA wal_autocheckpoint = 0")
    // What a slow reader made long is given back at the next commit after it ends.
    try database.execute(sql: "PRAGMA journal_size_limit = \(16 << 20)")
    try database.execute(sql: "PRAGMA cache_size = -16000")
    try assertDurable(database)
  }

  /// - Throws: `ledger-failed` unless a commit is on the disk when it returns.
  static func assertDurable(_ database: Database) throws {
    let level = try Int.fetchOne(database, sql: "PRAGMA synchronous")
    guard level == 2 else {
      throw Fault(
        .ledgerFailed,
        ["cause": "synchronous is \(level.map(String.init) ?? "unknown"), not FULL"])
    }
  }

  /// Moves the log into the database, and writes nothing of its own.
  static func checkpointing(_ file: LedgerFile) throws(Fault) -> DatabaseQueue {
    try Fault.ofLedger(file.path) {
      var configuration = Configuration()
      configuration.label = "ledger.checkpoints"
      configuration.busyMode = .timeout(2)
      let queue = try DatabaseQueue(path: file.path, configuration: configuration)
      try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
      return queue
    }
  }

  static func reading(_ file: LedgerFile, schema: LedgerSchema = .current) throws(Fault) -> DatabasePool {
    try Fault.ofLedger(file.path) {
      var configuration = Configuration()
      configuration.label = "ledger.reader"
      configuration.readonly = true
      configuration.busyMode = .timeout(5)
      configuration.maximumReaderCount = 6
      let pool = try DatabasePool(path: file.path, configuration: configuration)
      try pool.read { database in
        guard try schema.versionFound(in: database) > 0 else {
          throw Fault(.ledgerForeign, ["path": file.path])
        }
      }
      return pool
    }
  }
}
