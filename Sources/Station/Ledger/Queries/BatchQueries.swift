import Foundation
import GRDB

/// Reads work orders.
enum BatchQueries {
  private static let columns = """
    definition, opened_seq, opened_time, opened_by, opened_reason, closed_seq, closed_time, closed_by, closed_reason
    """

  static func batches(_ database: Database, open: Bool?) throws -> [BatchRecord] {
    let condition =
      switch open {
      case true?: "state = 'open'"
      case false?: "state = 'closed'"
      case nil: "true"
      }
    return try Row.fetchAll(
      database, sql: "SELECT \(columns) FROM batch WHERE \(condition) ORDER BY opened_seq DESC"
    ).map(record)
  }

  /// - Throws: `batch-unknown`.
  static func batch(_ database: Database, _ id: BatchID) throws -> BatchRecord {
    let statement = try database.cachedStatement(sql: "SELECT \(columns) FROM batch WHERE batch = ?")
    guard let row = try Row.fetchOne(statement, arguments: [id.text]) else {
      throw Fault(.batchUnknown, ["batch": id.text])
    }
    return try record(row)
  }

  /// The batches that are open on any of these slots.
  static func open(_ database: Database, on slot: SlotName) throws -> Batch? {
    let statement = try database.cachedStatement(
      sql: "SELECT \(columns) FROM batch WHERE state = 'open' ORDER BY batch")
    return try Row.fetchAll(statement).map(record).first { $0.batch.isMade(on: slot) }?.batch
  }

  static func standing(_ database: Database, of hub: Identification, as id: HubID, on slot: SlotName) throws
    -> BatchStanding
  {
    var standing = BatchStanding()
    standing.batch = try open(database, on: slot)
    guard let batch = standing.batch else {
      standing.inUse = try Bool.fetchOne(database, sql: "SELECT EXISTS(SELECT 1 FROM batch)") ?? false
      return standing
    }
    standing.inUse = true
    if batch.listed != nil {
      standing.isListed = try owner(database, of: hub.serial, model: hub.model) == batch.id.text
    }
    standing.passed = try count(
      database,
      """
      SELECT count(*) FROM unit INDEXED BY unit_by_batch
      WHERE batch = ? AND passed_seq IS NOT NULL AND disposition <> 'scrapped' AND hub <> ?
      """, batch.id, id)
    standing.atWork = try count(
      database,
      """
      SELECT count(DISTINCT unit.hub) FROM attempt JOIN unit ON unit.hub = attempt.hub
      WHERE attempt.closed_seq IS NULL AND unit.batch = ? AND unit.passed_seq IS NULL AND unit.hub <> ?
      """, batch.id, id)
    return standing
  }

  /// Whether a listed serial is still its batch's: all of an open one, and what was made in a closed one.
  private static let isHeld = """
    EXISTS(SELECT 1 FROM batch WHERE batch.batch = batch_serial.batch AND (batch.state = 'open' OR EXISTS(
      SELECT 1 FROM unit WHERE unit.model = batch_serial.model AND unit.serial = batch_serial.serial
        AND unit.batch = batch_serial.batch AND unit.disposition <> 'making')))
    """

  /// The first serial number inside a range that was made in a batch.
  static func made(_ database: Database, in batch: Batch, within range: SerialRange) throws -> String? {
    let statement = try database.cachedStatement(
      sql: """
        SELECT serial FROM unit WHERE model = ? AND serial BETWEEN ? AND ? AND batch = ?
          AND disposition <> 'making' ORDER BY serial
        """)
    let found = try String.fetchCursor(
      statement, arguments: [batch.model, range.first.text, range.last.text, batch.id.text])
    while let serial = try found.next() {
      if range.contains(SerialNumber(normalised: serial)) { return serial }
    }
    return nil
  }

  /// The batch that holds a listed serial number.
  static func owner(_ database: Database, of serial: SerialNumber, model: String) throws -> String? {
    let statement = try database.cachedStatement(
      sql: "SELECT batch FROM batch_serial WHERE model = ? AND serial = ? AND \(isHeld)")
    return try String.fetchOne(statement, arguments: [model, serial.text])
  }

  /// The first serial number inside a range that a batch holds by its list, and that batch.
  static func owner(_ database: Database, within range: SerialRange, model: String) throws -> (
    serial: String, batch: String
  )? {
    // Inside texts of one length and prefix, the order of the texts is that of the numbers.
    let sql = """
      SELECT serial, batch FROM batch_serial
      WHERE model = ? AND serial BETWEEN ? AND ? AND length(serial) = ? AND \(isHeld) ORDER BY serial
      """
    let found = try Row.fetchCursor(
      database, sql: sql,
      arguments: [model, range.first.text, range.last.text, range.first.text.utf8.count])
    while let row = try found.next() {
      let serial: String = try row.decode(String.self, atIndex: 0)
      guard range.contains(SerialNumber(normalised: serial)) else { continue }
      return (serial, try row.decode(String.self, atIndex: 1))
    }
    return nil
  }

  /// Where units of the batch are on the bench and may yet pass.
  static func slotsAtWork(_ database: Database, on batch: BatchID) throws -> [String] {
    let sql = """
      SELECT DISTINCT coalesce(attempt.slot, '-') FROM attempt JOIN unit ON unit.hub = attempt.hub
      WHERE attempt.closed_seq IS NULL AND unit.batch = ? ORDER BY 1
      """
    return try String.fetchAll(database, sql: sql, arguments: [batch.text])
  }

  private static func count(_ database: Database, _ sql: String, _ batch: BatchID, _ hub: HubID) throws -> Int
  {
    let statement = try database.cachedStatement(sql: sql)
    return try Int.fetchOne(statement, arguments: [batch.text, hub.text]) ?? 0
  }

  private static func record(_ row: Row) throws -> BatchRecord {
    let decoder = JSONDecoder()
    let batch = try decoder.decode(Batch.self, from: Data(try row.decode(String.self, atIndex: 0).utf8))
    func act(_ first: Int) throws -> BatchRecord.Act? {
      guard let sequence = try row.decode(Int64?.self, atIndex: first) else { return nil }
      guard let time = Timestamp(try row.decode(String.self, atIndex: first + 1)) else {
        throw Fault(.ledgerCorrupt, ["table": "batch", "batch": batch.id.text])
      }
      return BatchRecord.Act(
        sequence: sequence, time: time, actor: try row.decode(String.self, atIndex: first + 2),
        reason: try row.decode(String?.self, atIndex: first + 3))
    }
    guard let opened = try act(1) else {
      throw Fault(.ledgerCorrupt, ["table": "batch", "batch": batch.id.text])
    }
    return BatchRecord(batch: batch, opened: opened, closed: try act(5))
  }
}
