import GRDB

/// Reads locks and kits.
enum LockQueries {
  private static let sql = """
    SELECT l.lock, l.number, l.uuid, l.serial, l.vendor_name, l.owner, l.entry, o.state, l.hub, l.packed_time
    FROM lock AS l JOIN outbox AS o ON o.entry = l.entry
    """

  /// In the order of their numbers.
  static func locks(_ database: Database) throws -> [LockRecord] {
    try Row.fetchAll(database, sql: "\(sql) ORDER BY CAST(l.lock AS INTEGER)").map(record)
  }

  /// The locks that are in the box with this hub, in the order of their numbers.
  static func kit(_ database: Database, of hub: HubID) throws -> [LockRecord] {
    try Row.fetchAll(
      database, sql: "\(sql) WHERE l.hub = ? ORDER BY CAST(l.lock AS INTEGER)", arguments: [hub.text]
    ).map(record)
  }

  private static func record(_ row: Row) throws -> LockRecord {
    let text = try row.decode(String.self, atIndex: 0)
    guard let id = Int64(text),
      let state = OutboxEntry.State(rawValue: try row.decode(String.self, atIndex: 7))
    else { throw Fault(.ledgerCorrupt, ["table": "lock", "lock": text]) }
    return LockRecord(
      id: id, index: try row.decode(Int64.self, atIndex: 1), uuid: try row.decode(String.self, atIndex: 2),
      serial: try row.decode(String?.self, atIndex: 3), vendorName: try row.decode(String?.self, atIndex: 4),
      owner: try row.decode(String?.self, atIndex: 5), entry: try row.decode(String.self, atIndex: 6),
      state: state, hub: try row.decode(String?.self, atIndex: 8).flatMap { HubID($0) },
      packed: try row.decode(String?.self, atIndex: 9).flatMap { Timestamp($0) })
  }
}
