import GRDB

/// The locks in the box with a unit, as cells of an export.
enum KitCells {
  /// nil: not a column of the kit.
  static func expression(_ column: ExportColumn, isJSON: Bool) -> String? {
    switch column {
    case .lockCount: "SELECT count(*) FROM lock WHERE lock.hub = unit.hub"
    case .lockIds:
      isJSON ? array("CAST(lock AS INTEGER)") : "SELECT group_concat(lock, ' ') FROM \(kit)"
    case .lockSerials:
      isJSON ? array("serial") : "SELECT group_concat(coalesce(serial, '?'), ' ') FROM \(kit)"
    case .locks:
      array(
        """
        json_object('id', CAST(lock AS INTEGER), 'index', number, 'uuid', uuid, 'serial', serial,
          'vendor-name', vendor_name, 'owner', owner)
        """)
    default: nil
    }
  }

  private static let kit =
    "(SELECT * FROM lock WHERE lock.hub = unit.hub ORDER BY CAST(lock AS INTEGER))"

  private static func array(_ item: String) -> String { "SELECT json_group_array(\(item)) FROM \(kit)" }

  /// Tells a replay of single units what a lock was when it was packed. A number may have been given up and given again
  /// since, so it is the last that was owed before that row.
  static func define(_ lock: Int64, before row: JournalRow, _ source: Database, _ target: Database) throws {
    // Nearly always it still is what it was; only a number that was given again is searched for.
    let made =
      try Int64.fetchOne(
        source, sql: "SELECT seq FROM lock WHERE lock = ? AND seq < ?",
        arguments: [String(lock), row.sequence])
      ?? Int64.fetchOne(
        source, sql: "SELECT max(seq) FROM outbox WHERE subject = ? AND seq < ?",
        arguments: ["lock \(lock)", row.sequence])
    guard let made, let owed = try JournalQueries.rows(source, where: "seq = ?", [made]).first,
      case .owed(let intent) = try owed.entry(), case .createLock(let known) = intent.effect
    else { throw Fault(.ledgerCorrupt, ["table": "lock", "lock": String(lock)]) }
    // What lies in no box is of an earlier pack: nothing that is asked of this replay.
    try target.execute(
      sql: "DELETE FROM lock WHERE hub IS NULL AND (lock = ? OR uuid = ?)",
      arguments: [String(lock), known.uuid.lowercased()])
    try LockProjection.apply(owed, .owed(intent), target)
  }
}
