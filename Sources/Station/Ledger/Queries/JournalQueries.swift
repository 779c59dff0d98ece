import Foundation
import GRDB

/// Reads rows of the journal.
enum JournalQueries {
  private static let columns = """
    seq, time, clock, station, actor, slot, attempt, hub, kind, body, versions, previous_hash, hash
    """

  static func rows(_ database: Database, where condition: String, _ arguments: StatementArguments) throws
    -> [JournalRow]
  {
    let statement = try database.cachedStatement(sql: "SELECT \(columns) FROM journal WHERE \(condition)")
    return try Row.fetchCursor(statement, arguments: arguments).mapped()
  }

  static func rows(_ database: Database, of hub: HubID) throws -> [JournalRow] {
    try rows(database, where: "hub = ? ORDER BY seq", [hub.text])
  }

  static func rows(_ database: Database, of attempt: AttemptID) throws -> [JournalRow] {
    try rows(database, where: "attempt = ? ORDER BY seq", [attempt.text])
  }

  static func rows(_ database: Database, after sequence: Int64, limit: Int) throws -> [JournalRow] {
    try rows(database, where: "seq > ? ORDER BY seq LIMIT ?", [sequence, max(0, limit)])
  }

  static func last(_ database: Database) throws -> JournalRow? {
    try rows(database, where: "seq = (SELECT max(seq) FROM journal)", []).first
  }

  /// Every row, without holding more than one in memory.
  static func cursor(_ database: Database) throws -> some Cursor<JournalRow> {
    try Row.fetchCursor(database, sql: "SELECT \(columns) FROM journal ORDER BY seq").map(journalRow)
  }

  static func latestTime(_ database: Database) throws -> LatestTime {
    var latest = LatestTime()
    for clock in [ClockState.synchronised, .unsynchronised] {
      let text = try String.fetchOne(
        database, sql: "SELECT max(time) FROM journal WHERE clock = ?", arguments: [clock.rawValue])
      if let text, let time = Timestamp(text) { latest.take(time, clock) }
    }
    return latest
  }

  static func journalRow(_ row: Row) throws -> JournalRow {
    let sequence = try row.decode(Int64.self, atIndex: 0)
    func fault(_ column: String) -> Fault {
      Fault(.ledgerCorrupt, ["row": String(sequence), "column": column])
    }
    guard let time = Timestamp(try row.decode(String.self, atIndex: 1)) else { throw fault("time") }
    guard let clock = ClockState(rawValue: try row.decode(String.self, atIndex: 2)) else {
      throw fault("clock")
    }
    let slot = try row.decode(String?.self, atIndex: 5)
    let hub = try row.decode(String?.self, atIndex: 7)
    let (slotName, hubID) = (slot.flatMap(SlotName.init), hub.flatMap { HubID($0) })
    guard (slot == nil) == (slotName == nil) else { throw fault("slot") }
    guard (hub == nil) == (hubID == nil) else { throw fault("hub") }
    return JournalRow(
      sequence: sequence, time: time, clock: clock, station: try row.decode(String.self, atIndex: 3),
      actor: try row.decode(String.self, atIndex: 4), slot: slotName,
      attempt: try row.decode(String?.self, atIndex: 6).map(AttemptID.init(text:)), hub: hubID,
      kind: try row.decode(String.self, atIndex: 8), body: try row.decode(Data.self, atIndex: 9),
      versions: try row.decode(String.self, atIndex: 10),
      previousHash: try row.decode(Data.self, atIndex: 11), hash: try row.decode(Data.self, atIndex: 12))
  }
}

extension RowCursor {
  fileprivate func mapped() throws -> [JournalRow] {
    var rows: [JournalRow] = []
    while let row = try next() { rows.append(try JournalQueries.journalRow(row)) }
    return rows
  }
}
