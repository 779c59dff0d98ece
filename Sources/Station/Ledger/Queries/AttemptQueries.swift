import GRDB

/// Reads attempts.
enum AttemptQueries {
  private static let columns = """
    attempt, hub, slot, actor, opened_seq, opened_time, closed_time, step, outcome, fault_code
    """

  /// Oldest first.
  static func attempts(_ database: Database, of hub: HubID) throws -> [AttemptRecord] {
    try fetch(database, "SELECT \(columns) FROM attempt WHERE hub = ? ORDER BY opened_seq", [hub.text])
  }

  /// Those that no row has closed, oldest first: after a crash, what the station died in.
  static func open(_ database: Database) throws -> [AttemptRecord] {
    try fetch(
      database, "SELECT \(columns) FROM attempt WHERE closed_seq IS NULL ORDER BY opened_seq LIMIT 1000", [])
  }

  /// Those of them whose units are in the batch.
  static func open(_ database: Database, in batch: BatchID) throws -> [AttemptRecord] {
    let sql = """
      SELECT \(columns) FROM attempt WHERE closed_seq IS NULL
        AND EXISTS(SELECT 1 FROM unit WHERE unit.hub = attempt.hub AND unit.batch = ?) ORDER BY opened_seq
      """
    return try fetch(database, sql, [batch.text])
  }

  /// The newest attempt of every slot: what the tiles show after a start.
  static func newestOfSlots(_ database: Database) throws -> [AttemptRecord] {
    let sql = """
      SELECT \(columns) FROM attempt WHERE opened_seq IN
        (SELECT max(opened_seq) FROM attempt WHERE slot IS NOT NULL GROUP BY slot) ORDER BY opened_seq
      """
    return try fetch(database, sql, [])
  }

  private static func fetch(_ database: Database, _ sql: String, _ arguments: StatementArguments) throws
    -> [AttemptRecord]
  {
    try Row.fetchAll(database, sql: sql, arguments: arguments).map(record)
  }

  private static func record(_ row: Row) throws -> AttemptRecord {
    func optional(_ index: Int) throws -> String? { try row.decode(String?.self, atIndex: index) }
    let attempt = try row.decode(String.self, atIndex: 0)
    guard let opened = Timestamp(try row.decode(String.self, atIndex: 5)) else {
      throw Fault(.ledgerCorrupt, ["table": "attempt", "attempt": attempt])
    }
    return AttemptRecord(
      attempt: AttemptID(text: attempt), hub: try optional(1).flatMap { HubID($0) },
      slot: try optional(2).flatMap(SlotName.init), actor: try row.decode(String.self, atIndex: 3),
      openedSequence: try row.decode(Int64.self, atIndex: 4), opened: opened,
      closed: try optional(6).flatMap { Timestamp($0) }, step: try optional(7).flatMap(Step.init(rawValue:)),
      outcome: try optional(8).flatMap(Outcome.init(rawValue:)),
      fault: try optional(9).flatMap(FaultCode.init(rawValue:)))
  }
}
