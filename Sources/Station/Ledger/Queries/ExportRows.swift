import CertForge
import Foundation
import GRDB
import GRDBSQLite

/// The finished units of a batch as they were at a row of the journal, in the order of their serials.
///
/// A unit without newer rows is read from its projection, which says the same; of the others the rows up to that one are
/// replayed. So the answer never changes, whatever comes later, and the first export costs one query.
final class ExportRows {
  /// One unit: the same columns in the same order, wherever it was read. Valid until the next one is read.
  ///
  /// Read off SQLite's own memory: an export has millions of cells, and a copy of each would be most of its time.
  struct FinishedUnit {
    /// It stands on the unit's row.
    fileprivate let statement: SQLiteStatement
    /// What the profile asked for begins here.
    fileprivate static let fixed = 9

    var serial: String { text(0) }
    var hub: String { text(1) }
    var passed: Int64 { sqlite3_column_int64(statement, 2) }
    var certificate: String { text(3) }
    var registration: String { text(4) }
    /// Why it must not leave the house; nil: it may.
    var withheld: String? {
      if sqlite3_column_int64(statement, 5) != 0 { return "on hold" }
      let disposition = text(6)
      return ["hold", "rework", "scrapped", "returned", "recalled"].contains(disposition) ? disposition : nil
    }
    /// Whether it had passed, and in this batch.
    fileprivate func isFinished(in batch: String) -> Bool { !isNull(2) && !isNull(8) && text(8) == batch }
    fileprivate var lastRow: Int64 { sqlite3_column_int64(statement, 7) }

    /// The bytes of a column that the profile asked for, in its order, numbers as their digits; nil for NULL.
    func cell(_ index: Int) -> UnsafeRawBufferPointer? {
      let column = CInt(Self.fixed + index)
      // Before the number of bytes: this makes a number into its text.
      let bytes = sqlite3_column_blob(statement, column)
      guard bytes != nil || !isNull(column) else { return nil }
      return UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(statement, column)))
    }

    private func text(_ column: CInt) -> String {
      guard let bytes = sqlite3_column_text(statement, column) else { return "" }
      return String(cString: bytes)
    }

    private func isNull(_ column: CInt) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }
  }

  private let database: Database
  private let batch: String
  private let position: Int64
  private let sql: String
  private let scratch: DatabaseQueue?

  init(
    _ database: Database, batch: String, vendor: String, position: Int64, columns: [ExportColumn],
    form: ExportProfile.Form = .table
  ) throws {
    self.database = database
    self.batch = batch
    self.position = position
    let cells = try columns.map { column in
      try KitCells.expression(column, isJSON: form != .table) ?? Self.expression(column, vendor: vendor)
    }
    sql = """
      SELECT serial, hub, passed_seq, certificate, registration, on_hold, disposition, last_seq, batch\(
        cells.map { ", (\($0))" }.joined()) FROM unit
      """
    let newer = try String.fetchAll(
      database, sql: "SELECT hub FROM unit WHERE \(Self.everInBatch) AND last_seq > ?",
      arguments: [batch, batch, position])
    scratch = try newer.isEmpty ? nil : Self.replay(newer, position, database)
  }

  /// A unit that was corrected into another batch later was in this one then.
  static let everInBatch = "(batch = ? OR hub IN (SELECT hub FROM unit_left WHERE unit_left.batch = ?))"

  /// Units that had passed by then, also those that are withheld.
  func visit(_ body: (FinishedUnit) throws -> Void) throws {
    let statement = try database.makeStatement(sql: "\(sql) WHERE \(Self.everInBatch) ORDER BY serial")
    statement.arguments = [batch, batch]
    let rows = try Row.fetchCursor(statement)
    while try rows.next() != nil {
      let unit = FinishedUnit(statement: statement.sqliteStatement)
      if unit.lastRow <= position {
        if unit.isFinished(in: batch) { try body(unit) }
      } else {
        let hub = unit.hub
        try scratch?.read { scratch in
          let then = try scratch.cachedStatement(sql: "\(sql) WHERE hub = ?")
          then.arguments = [hub]
          let rows = try Row.fetchCursor(then)
          while try rows.next() != nil {
            let unit = FinishedUnit(statement: then.sqliteStatement)
            if unit.isFinished(in: batch) { try body(unit) }
          }
        }
      }
    }
  }

  /// DER of the certificate that the unit had then.
  func certificate(of unit: FinishedUnit) throws -> [UInt8] {
    let statement = try database.cachedStatement(
      sql: """
        SELECT body FROM journal WHERE hub = ? AND kind = 'step.done' AND seq <= ? AND instr(body, '"certify"')
        ORDER BY seq DESC
        """)
    let bodies = try Data.fetchAll(statement, arguments: [unit.hub, position])
    for body in bodies {
      guard case .done(.certified(let certified)) = try JournalEntry(kind: "step.done", body: body),
        certified.fingerprint == unit.certificate
      else { continue }
      return Array(certified.certificate)
    }
    throw Fault(.exportFailed, ["serial": unit.serial, "cause": "its certificate is not in the record"])
  }

  /// Its attempts that had ended by then, the oldest first.
  func attempts(of unit: FinishedUnit) throws -> [FinishedAttempt] {
    let statement = try database.cachedStatement(
      sql: """
        SELECT attempt FROM journal WHERE hub = ? AND attempt IS NOT NULL AND seq <= ?
        GROUP BY attempt ORDER BY min(seq)
        """)
    return try String.fetchAll(statement, arguments: [unit.hub, position]).compactMap { attempt in
      try FinishedAttempt(
        JournalQueries.rows(database, where: "attempt = ? AND seq <= ? ORDER BY seq", [attempt, position]))
    }
  }

  /// The row in which it passed.
  func pass(of unit: FinishedUnit) throws -> JournalRow {
    guard let row = try JournalQueries.rows(database, where: "seq = ?", [unit.passed]).first else {
      throw Fault(.ledgerCorrupt, ["row": String(unit.passed), "cause": "the row is missing"])
    }
    return row
  }

  private static func replay(_ hubs: [String], _ position: Int64, _ database: Database) throws
    -> DatabaseQueue
  {
    // An empty name: SQLite keeps it in a file of its own, and deletes it.
    let scratch = try DatabaseQueue(path: "")
    try scratch.write { target in
      try target.execute(sql: LedgerSchema.projections)
      var kits: [JournalRow] = []
      for hub in hubs {
        let rows = try JournalQueries.rows(
          database, where: "hub = ? AND seq <= ? ORDER BY seq", [hub, position])
        for row in rows {
          switch try row.entry() {
          case .packed, .unpacked: kits.append(row)
          case let entry: try Projection.apply(row, entry, target)
          }
        }
      }
      // Last and in the order of all rows: a lock goes from box to box, and the boxes were replayed one by one.
      for row in kits.sorted(by: { $0.sequence < $1.sequence }) {
        let entry = try row.entry()
        if case .packed(let lock) = entry { try KitCells.define(lock, before: row, database, target) }
        try LockProjection.apply(row, entry, target)
      }
    }
    return scratch
  }

  private static func expression(_ column: ExportColumn, vendor: String) throws -> String {
    switch column {
    case .schema: "'station-unit-v1'"
    case .vendor: try String.fetchLiteral(vendor)
    case .batch, .model, .serial, .mac, .thing, .firmware, .registration, .disposition, .attempts, .slot:
      column.rawValue
    case .hubId: "hub"
    case .certificateId: "certificate"
    // Filled in from the journal.
    case .certificatePEM: "NULL"
    case .passedAt: "passed_time"
    case .firstSeenAt: "first_time"
    case .operator: "actor"
    case .lockCount, .lockIds, .lockSerials, .locks: "NULL"
    }
  }
}

extension String {
  /// As an SQL text.
  fileprivate static func fetchLiteral(_ text: String) throws -> String {
    "'\(text.replacing("'", with: "''").replacing("\0", with: ""))'"
  }
}
