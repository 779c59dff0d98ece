import Foundation
import GRDB

/// Reads units.
enum UnitQueries {
  private static let columns = """
    hub, model, serial, mac, firmware, outcome, fault_code, passed_seq, passed_time, certificate, thing, on_hold,
    hold_fault, registration, attempts, slot, actor, first_time, last_time, last_seq, batch
    """

  static func units(_ database: Database, _ filter: UnitFilter) throws -> [UnitRecord] {
    var conditions = ["last_seq < ?"]
    var arguments: StatementArguments = [filter.before ?? Int64.max]
    func add(_ condition: String, _ value: (any DatabaseValueConvertible)?) {
      guard let value else { return }
      conditions.append(condition)
      arguments += StatementArguments([value])
    }
    add("outcome = ?", filter.outcome?.rawValue)
    add("registration = ?", filter.registration?.rawValue)
    add("slot = ?", filter.slot?.text)
    add("on_hold = ?", filter.onHold)
    if let text = filter.text?.prefix(64).lowercased(), !text.isEmpty {
      // instr and not LIKE: a serial may hold `_`.
      conditions.append(
        "(instr(lower(serial), ?) OR instr(lower(mac), ?) OR instr(lower(model), ?) OR instr(hub, ?))")
      arguments += [text, text, text, text]
    }
    arguments += [max(0, filter.limit)]
    let sql = """
      SELECT \(columns) FROM unit WHERE \(conditions.joined(separator: " AND ")) ORDER BY last_seq DESC LIMIT ?
      """
    return try Row.fetchAll(database, sql: sql, arguments: arguments).map(unit)
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
      onHold: try row.decode(Bool.self, atIndex: 11),
      hold: try optional(12).map { try JSONDecoder().decode(Fault.self, from: Data($0.utf8)) },
      registration: try need(Registration(rawValue: try text(13)), "registration"),
      attempts: try row.decode(Int.self, atIndex: 14),
      slot: try optional(15).map { try need(SlotName($0), "slot") }, actor: try text(16),
      firstTime: try need(Timestamp(try text(17)), "first_time"),
      lastTime: try need(Timestamp(try text(18)), "last_time"),
      lastSequence: try row.decode(Int64.self, atIndex: 19))
  }
}
