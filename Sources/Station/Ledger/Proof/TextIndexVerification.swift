import GRDB
import GRDBSQLite
import Glibc

/// Whether the index that serials, MAC addresses and UUIDs are searched by has the words of the units, each where it
/// stands, and no others. SQLite's own check of it is a write, which a reader may not do, and `integrity_check` passes
/// it by.
struct TextIndexVerification {
  /// Every place of every word, in the order of the words.
  private static let places = "SELECT term, doc, col, \"offset\" FROM temp.unit_words"
  private static let words = "CREATE VIRTUAL TABLE temp.unit_words USING fts5vocab(main, unit_text, instance)"

  /// Nil: it is what the units amount to.
  let problem: String?

  /// Makes the index anew in a private database on the disk, and walks through both: minutes for a large ledger.
  ///
  /// - Parameter path: the ledger's file; opened once more, for reading.
  init(path: String) throws {
    var configuration = Configuration()
    configuration.label = "ledger.words"
    configuration.readonly = true
    configuration.busyMode = .timeout(5)
    let file = try DatabaseQueue(path: path, configuration: configuration)
    let fresh = try DatabaseQueue(path: "")
    do {
      problem = try file.writeWithoutTransaction { live in
        try live.execute(sql: Self.words)
        return try live.inSnapshot {
          try fresh.writeWithoutTransaction { target in
            try Self.fill(target, from: live)
            return try Self.difference(live, target)
          }
        }
      }
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
      problem = "unit_text cannot be read"
    }
    try file.close()
  }

  private static func fill(_ target: Database, from live: Database) throws {
    try target.execute(
      sql: """
        \(LedgerSchema.words(of: ""));
        \(words);
        BEGIN
        """)
    let insertion = try target.makeStatement(
      sql: "INSERT INTO unit_text(rowid, serial, mac, model, hub) VALUES(?, ?, ?, ?, ?)")
    let units = try Row.fetchCursor(live, sql: "SELECT rowid, serial, mac, model, hub FROM unit NOT INDEXED")
    while let unit = try units.next() {
      try insertion.execute(arguments: StatementArguments(unit.databaseValues))
    }
    try target.execute(sql: "COMMIT")
  }

  /// Both in one order, like two sorted lists that are laid side by side.
  private static func difference(_ live: Database, _ fresh: Database) throws -> String? {
    let (one, other) = (try live.makeStatement(sql: places), try fresh.makeStatement(sql: places))
    let (left, right) = (try Row.fetchCursor(one), try Row.fetchCursor(other))
    while true {
      let (mine, its) = (try left.next() != nil, try right.next() != nil)
      guard mine || its else { return nil }
      guard mine, its, isSame(one.sqliteStatement, other.sqliteStatement) else {
        let unit = mine ? sqlite3_column_int64(one.sqliteStatement, 1) : nil
        return "unit_text does not have the words of the units"
          + (unit.map { ", first at row \($0) of unit" } ?? "")
      }
    }
  }

  private static func isSame(_ one: SQLiteStatement, _ other: SQLiteStatement) -> Bool {
    for column in CInt(0)..<4 {
      let (mine, its) = (sqlite3_column_bytes(one, column), sqlite3_column_bytes(other, column))
      guard mine == its, let left = sqlite3_column_blob(one, column),
        let right = sqlite3_column_blob(other, column),
        memcmp(left, right, Int(mine)) == 0
      else { return false }
    }
    return true
  }
}

extension Database {
  /// Reads with what the file has at the first of them.
  fileprivate func inSnapshot<Value>(_ work: () throws -> Value) throws -> Value {
    try execute(sql: "BEGIN")
    defer { try? execute(sql: "ROLLBACK") }
    return try work()
  }
}
