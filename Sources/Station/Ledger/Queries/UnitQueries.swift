import Foundation
import GRDB

/// Reads units.
enum UnitQueries {
  private static let columns = """
    hub, model, serial, mac, firmware, outcome, fault_code, passed_seq, passed_time, certificate, thing, on_hold,
    hold_fault, registration, attempts, slot, actor, first_time, last_time, last_seq, batch, disposition,
    disposed_seq, authority, seen_time
    """

  static func units(_ database: Database, _ filter: UnitFilter) throws -> [UnitRecord] {
    let (condition, arguments) = try condition(filter, database)
    let order =
      switch filter.order {
      case .newest: "seen_time DESC, seen_seq DESC"
      case .oldest: "seen_time, seen_seq"
      case .serial: "serial, model"
      }
    return try Row.fetchAll(
      database, sql: "SELECT \(columns) FROM unit WHERE \(condition) ORDER BY \(order) LIMIT ?",
      arguments: arguments + [max(0, filter.limit)]
    ).map(unit)
  }

  static func count(_ database: Database, _ filter: UnitFilter) throws -> Int {
    let (condition, arguments) = try condition(filter, database)
    return try Int.fetchOne(
      database, sql: "SELECT count(*) FROM unit WHERE \(condition)", arguments: arguments) ?? 0
  }

  private static func condition(_ filter: UnitFilter, _ database: Database) throws -> (
    String, StatementArguments
  ) {
    var conditions = ["true"]
    var arguments = StatementArguments()
    func add(_ condition: String, _ value: (any DatabaseValueConvertible)?) {
      guard let value else { return }
      conditions.append(condition)
      arguments += StatementArguments([value])
    }
    add("batch = ?", filter.batch?.text)
    // A batch is the narrowest of them: with a plus the planner leaves the others' indexes alone.
    let other = filter.batch == nil ? "" : "+"
    add("\(other)model = ?", filter.model)
    add("\(other)outcome = ?", filter.outcome?.rawValue)
    add("\(other)registration = ?", filter.registration?.rawValue)
    add("\(other)disposition = ?", filter.disposition?.rawValue)
    add("\(other)on_hold = ?", filter.onHold)
    add("\(other)slot = ?", filter.slot?.text)
    add("\(other)actor = ?", filter.actor)
    add("seen_time >= ?", filter.since?.description)
    add("seen_time < ?", filter.until?.description)
    add("\(other)firmware = ?", filter.firmware)
    add("\(other)fault_code = ?", filter.fault?.rawValue)
    add("\(other)authority = ?", filter.authority)
    if let text = filter.text?.prefix(64).lowercased(), !text.isEmpty {
      if let phrase = try rare(text, database) {
        add("rowid IN (SELECT rowid FROM unit_text WHERE unit_text MATCH ?)", phrase)
      } else {
        // instr and not LIKE: a serial may hold `_`.
        conditions.append(
          "(instr(lower(serial), ?) OR instr(lower(mac), ?) OR instr(lower(model), ?) OR instr(hub, ?))")
        arguments += [text, text, text, text]
      }
    }
    if let after = filter.after {
      let key =
        switch filter.order {
        case .newest: "(seen_time, seen_seq) < (SELECT seen_time, seen_seq FROM unit WHERE hub = ?)"
        case .oldest: "(seen_time, seen_seq) > (SELECT seen_time, seen_seq FROM unit WHERE hub = ?)"
        case .serial: "(serial, model) > (SELECT serial, model FROM unit WHERE hub = ?)"
        }
      add(key, after.text)
    }
    return (conditions.joined(separator: " AND "), arguments)
  }

  /// The index of three-letter pieces finds what is rare. What is in many units is found sooner by looking at unit after
  /// unit in the order of the page; so is what is shorter than a piece.
  private static func rare(_ text: String, _ database: Database) throws -> String? {
    guard text.unicodeScalars.count >= 3 else { return nil }
    let phrase = "\"" + text.replacing("\"", with: "\"\"") + "\""
    let statement = try database.cachedStatement(
      sql: "SELECT count(*) FROM (SELECT 1 FROM unit_text WHERE unit_text MATCH ? LIMIT ?)")
    let found = try Int.fetchOne(statement, arguments: [phrase, mostRare + 1]) ?? 0
    return found > mostRare ? nil : phrase
  }

  private static let mostRare = 2_000

  static func unit(_ database: Database, _ hub: HubID) throws -> UnitRecord? {
    let statement = try database.cachedStatement(sql: "SELECT \(columns) FROM unit WHERE hub = ?")
    return try Row.fetchOne(statement, arguments: [hub.text]).map(unit)
  }

  /// - Parameter text: a serial number, or a hub's UUID, whatever its case. Serials of two models may be the same.
  static func units(_ database: Database, matching text: String) throws -> [UnitRecord] {
    let sql = "SELECT \(columns) FROM unit WHERE serial IN (?, ?) OR hub = ? ORDER BY model, serial LIMIT 100"
    return try Row.fetchAll(
      database, sql: sql, arguments: [text, text.uppercased(), text.lowercased()]
    ).map(unit)
  }

  private static func unit(_ row: Row) throws -> UnitRecord {
    func text(_ index: Int) throws -> String { try row.decode(String.self, atIndex: index) }
    func optional(_ index: Int) throws -> String? { try row.decode(String?.self, atIndex: index) }
    let hubText = try text(0)
    func need<Value>(_ value: Value?, _ column: String) throws -> Value {
      guard let value else {
        throw Fault(.ledgerCorrupt, ["table": "unit", "hub": hubText, "column": column])
      }
      return value
    }
    var passed: UnitRecord.Pass?
    if let sequence = try row.decode(Int64?.self, atIndex: 7) {
      passed = UnitRecord.Pass(
        sequence: sequence, time: try need(try optional(8).flatMap { Timestamp($0) }, "passed_time"),
        certificate: try text(9), thing: try text(10))
    }
    return UnitRecord(
      hub: try need(HubID(hubText), "hub"), model: try text(1),
      serial: SerialNumber(normalised: try text(2)), mac: try optional(3), firmware: try optional(4),
      batch: try optional(20).map { try need(BatchID($0), "batch") },
      outcome: try optional(5).map { try need(Outcome(rawValue: $0), "outcome") },
      fault: try optional(6).map { try need(FaultCode(rawValue: $0), "fault_code") }, passed: passed,
      disposition: try need(UnitDisposition(rawValue: try text(21)), "disposition"),
      disposedSequence: try row.decode(Int64?.self, atIndex: 22), authority: try optional(23),
      onHold: try row.decode(Bool.self, atIndex: 11),
      hold: try optional(12).map { try JSONDecoder().decode(Fault.self, from: Data($0.utf8)) },
      registration: try need(Registration(rawValue: try text(13)), "registration"),
      attempts: try row.decode(Int.self, atIndex: 14),
      slot: try optional(15).map { try need(SlotName($0), "slot") }, actor: try text(16),
      firstTime: try need(Timestamp(try text(17)), "first_time"),
      seenTime: try need(Timestamp(try text(24)), "seen_time"),
      lastTime: try need(Timestamp(try text(18)), "last_time"),
      lastSequence: try row.decode(Int64.self, atIndex: 19))
  }
}
