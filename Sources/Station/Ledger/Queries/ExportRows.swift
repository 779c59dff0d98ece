import CertForge
import Foundation
import GRDB

/// The finished units of a batch as they were at a row of the journal, in the order of their serials.
///
/// A unit without newer rows is read from its projection, which says the same; of the others the rows up to that one are
/// replayed. So the answer never changes, whatever comes later, and the first export costs one query.
final class ExportRows {
  /// One unit: the same columns in the same order, wherever it was read.
  struct FinishedUnit {
    fileprivate let row: Row
    /// What the profile asked for begins here.
    fileprivate static let fixed = 9

    var serial: String { row[0] }
    var hub: String { row[1] }
    var passed: Int64 { row[2] }
    var certificate: String { row[3] }
    var registration: String { row[4] }
    /// Why it must not leave the house; nil: it may.
    var withheld: String? {
      if row[5] { return "on hold" }
      let disposition: String = row[6]
      return ["hold", "rework", "scrapped", "returned", "recalled"].contains(disposition) ? disposition : nil
    }

    /// The bytes of a column that the profile asked for, in its order; nil for NULL.
    func cell<Result>(_ index: Int, _ body: (UnsafeRawBufferPointer?) throws -> Result) throws -> Result {
      try row.withUnsafeData(atIndex: Self.fixed + index) { data in
        guard let data else { return try body(nil) }
        return try data.withUnsafeBytes { try body($0) }
      }
    }
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
    // As bytes: a number has them only while its statement stands on the row, not in a copy.
    let cells = try columns.map { column in
      try KitCells.expression(column, isJSON: form != .table) ?? Self.expression(column, vendor: vendor)
    }
    sql = """
      SELECT serial, hub, passed_seq, certificate, registration, on_hold, disposition, last_seq, batch\(
        cells.map { ", CAST((\($0)) AS BLOB)" }.joined()) FROM unit
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
    let rows = try Row.fetchCursor(
      database, sql: "\(sql) WHERE \(Self.everInBatch) ORDER BY serial", arguments: [batch, batch])
    while let row = try rows.next() {
      let last: Int64 = row[7]
      guard last > position else {
        if row[2] as Int64? != nil, row[8] as String? == batch { try body(FinishedUnit(row: row)) }
        continue
      }
      let hub: String = row[1]
      let then = try scratch?.read { scratch in
        try Row.fetchOne(scratch, sql: "\(sql) WHERE hub = ? AND batch = ?", arguments: [hub, batch])
      }
      if let then, then[2] as Int64? != nil { try body(FinishedUnit(row: then)) }
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
