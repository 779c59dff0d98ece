import GRDB

/// One row per lock that this ledger knows, and the hub that it was packed with.
enum LockProjection {
  static func apply(_ row: JournalRow, _ entry: JournalEntry, _ database: Database) throws {
    switch entry {
    case .owed(let intent):
      guard case .createLock(let lock) = intent.effect else { return }
      try add(lock, intent.entry, row, database)
    case .givenUp(let entry, _):
      // A lock that was typed wrongly may be added again; one that is in a box stays in the record of that box.
      try database.run("DELETE FROM lock WHERE entry = ? AND hub IS NULL", [entry])
    case .packed(let lock): try pack(lock, row, database)
    case .unpacked(let lock):
      guard try hub(of: lock, database) == .some(row.hub?.text) else {
        throw Fault(.lockUnknown, ["lock": String(lock), "hub": row.hub?.text ?? ""])
      }
      try database.run(
        "UPDATE lock SET hub = NULL, packed_seq = NULL, packed_time = NULL WHERE lock = ?", [String(lock)])
    default: return
    }
  }

  /// Refused inside the writer's transaction, so that two people cannot give one number to two locks.
  private static func add(_ lock: Lock, _ entry: String, _ row: JournalRow, _ database: Database) throws {
    let other = try database.cachedStatement(
      sql: "SELECT lock, uuid, serial FROM lock WHERE lock = ? OR uuid = ?")
    for known in try Row.fetchAll(other, arguments: [String(lock.id), lock.uuid.lowercased()]) {
      let number = try known.decode(String.self, atIndex: 0)
      let uuid = try known.decode(String.self, atIndex: 1)
      let serial = try known.decode(String?.self, atIndex: 2)
      throw Fault(
        .lockConflict,
        [
          "lock": String(lock.id), "expected": "uuid=\(lock.uuid) serialNumber=\(lock.serial ?? "none")",
          "actual": "lock \(number) uuid=\(uuid) serialNumber=\(serial ?? "none")", "where": "this ledger",
        ])
    }
    try database.run(
      """
      INSERT INTO lock(lock, number, uuid, serial, vendor_name, owner, entry, seq, time)
      VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        String(lock.id), lock.index, lock.uuid.lowercased(), lock.serial, lock.vendorName, lock.owner, entry,
        row.sequence, row.time.description,
      ])
  }

  private static func pack(_ lock: Int64, _ row: JournalRow, _ database: Database) throws {
    switch try hub(of: lock, database) {
    case nil: throw Fault(.lockUnknown, ["lock": String(lock)])
    case .some(.some(let other)):
      throw Fault(.lockPacked, ["lock": String(lock), "hub": row.hub?.text ?? "", "other": other])
    case .some(nil):
      try database.run(
        "UPDATE lock SET hub = ?, packed_seq = ?, packed_time = ? WHERE lock = ?",
        [row.hub?.text, row.sequence, row.time.description, String(lock)])
    }
  }

  /// - Returns: nil: no such lock; else the hub that it is packed with, if any.
  private static func hub(of lock: Int64, _ database: Database) throws -> String?? {
    let statement = try database.cachedStatement(sql: "SELECT hub FROM lock WHERE lock = ?")
    guard let row = try Row.fetchOne(statement, arguments: [String(lock)]) else { return nil }
    return .some(try row.decode(String?.self, atIndex: 0))
  }
}
