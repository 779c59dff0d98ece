import Foundation
import GRDB

/// Reads the outbox.
enum OutboxQueries {
  private static let columns = "o.state, o.fault, o.seq, o.since, j.body, o.evidence"

  /// Due is the first of its subject that is not over; a parked one keeps those behind it waiting. One whose time has come
  /// waits only for what could bring its certificate to life after it. An identity that is made known, or that ends, does
  /// not wait for calls that need the hub on the network: it gets there by the identity. A unit on hold is not handed to
  /// a customer.
  ///
  /// - Parameter index: named, because the planner would rather take the one of the states, look at the whole backlog for
  ///   each question, and sort it.
  private static func due(by index: String, where condition: String) -> String {
    """
    SELECT \(columns) FROM outbox AS o INDEXED BY \(index) JOIN journal AS j ON j.seq = o.seq
    WHERE o.state IN ('owed', 'sending') AND \(condition)
      AND NOT EXISTS(
        SELECT 1 FROM outbox AS e WHERE e.subject = o.subject AND e.seq < o.seq
          AND e.state IN ('owed', 'sending', 'parked')
          AND NOT (coalesce(o.due_by <= :now, 0) AND e.kind NOT IN ('register-certificate', 'activate-certificate'))
          AND NOT ((o.certificate IS NOT NULL OR o.kind = 'revoke-certificate')
            AND e.kind IN ('claim-hub', 'move-hub', 'send-hub-command')))
      AND NOT (o.kind IN ('claim-hub', 'move-hub')
        AND EXISTS(SELECT 1 FROM unit WHERE unit.hub = o.hub AND unit.on_hold = 1))
    ORDER BY o.seq LIMIT :limit
    """
  }
  static let dueAfter = due(by: "outbox_unsent", where: "o.seq > :after")
  static let overdue = due(by: "outbox_timed", where: "o.due_by <= :now")
  /// The index covers parked entries too; without saying so, it could not be used.
  static let dueOfSubject = due(
    by: "outbox_by_subject",
    where: """
      o.subject = (SELECT subject FROM outbox WHERE entry = :entry) AND o.state IN ('owed', 'sending', 'parked')
      """)

  static func overdue(_ database: Database, limit: Int, now: Timestamp) throws -> [OutboxEntry] {
    let statement = try database.cachedStatement(sql: overdue)
    return try Row.fetchAll(statement, arguments: ["limit": max(0, limit), "now": now.description]).map(entry)
  }

  static func due(_ database: Database, after sequence: Int64, limit: Int, now: Timestamp) throws
    -> [OutboxEntry]
  {
    let statement = try database.cachedStatement(sql: dueAfter)
    return try Row.fetchAll(
      statement, arguments: ["after": sequence, "limit": max(0, limit), "now": now.description]
    ).map(entry)
  }

  static func due(_ database: Database, ofSubjectOf entry: String, limit: Int, now: Timestamp) throws
    -> [OutboxEntry]
  {
    let statement = try database.cachedStatement(sql: dueOfSubject)
    return try Row.fetchAll(
      statement, arguments: ["entry": entry, "limit": max(0, limit), "now": now.description]
    ).map(self.entry)
  }

  static func entries(_ database: Database, _ filter: OutboxFilter) throws -> [OutboxEntry] {
    var conditions = ["o.seq > ?"]
    var arguments: StatementArguments = [filter.after]
    func add(_ condition: String, _ value: String?) {
      guard let value else { return }
      conditions.append(condition)
      arguments += [value]
    }
    add("o.state = ?", filter.state?.rawValue)
    add("o.kind = ?", filter.kind?.rawValue)
    add("o.fault_code = ?", filter.fault?.rawValue)
    add("o.hub = ?", filter.hub?.text)
    add("o.entry = ?", filter.entry)
    add("o.subject = ?", filter.subject)
    arguments += [max(0, filter.limit)]
    let sql = """
      SELECT \(columns) FROM outbox AS o JOIN journal AS j ON j.seq = o.seq
      WHERE \(conditions.joined(separator: " AND ")) ORDER BY o.seq LIMIT ?
      """
    return try Row.fetchAll(database, sql: sql, arguments: arguments).map(entry)
  }

  static func counts(_ database: Database) throws -> [OutboxEntry.State: Int] {
    var counts: [OutboxEntry.State: Int] = [:]
    for row in try Row.fetchAll(database, sql: "SELECT state, count(*) FROM outbox GROUP BY state") {
      guard let state = OutboxEntry.State(rawValue: try row.decode(String.self, atIndex: 0)) else { continue }
      counts[state] = try row.decode(Int.self, atIndex: 1)
    }
    return counts
  }

  /// Fault code -> entries that wait or are parked for it: what `outbox retry` releases by.
  static func reasons(_ database: Database) throws -> [FaultCode: Int] {
    let sql = """
      SELECT fault_code, count(*) FROM outbox
      WHERE state IN ('owed', 'sending', 'parked') AND fault_code IS NOT NULL GROUP BY fault_code
      """
    var reasons: [FaultCode: Int] = [:]
    for row in try Row.fetchAll(database, sql: sql) {
      guard let code = FaultCode(rawValue: try row.decode(String.self, atIndex: 0)) else { continue }
      reasons[code] = try row.decode(Int.self, atIndex: 1)
    }
    return reasons
  }

  private static func entry(_ row: Row) throws -> OutboxEntry {
    let decoder = JSONDecoder()
    let sequence = try row.decode(Int64.self, atIndex: 2)
    guard let state = OutboxEntry.State(rawValue: try row.decode(String.self, atIndex: 0)),
      let since = Timestamp(try row.decode(String.self, atIndex: 3))
    else { throw Fault(.ledgerCorrupt, ["row": String(sequence), "table": "outbox"]) }
    let fault = try row.decode(String?.self, atIndex: 1)
      .map { try decoder.decode(Fault.self, from: Data($0.utf8)) }
    let evidence = try row.decode(String?.self, atIndex: 5)
      .map { try decoder.decode(EffectEvidence.self, from: Data($0.utf8)) }
    return OutboxEntry(
      intent: try decoder.decode(OutboxIntent.self, from: try row.decode(Data.self, atIndex: 4)),
      state: state, fault: fault, sequence: sequence, since: since, evidence: evidence)
  }
}
