import Foundation
import GRDB

/// Gathers what a report is made of, in one snapshot.
enum ReportQueries {
  static func material(_ database: Database, _ scope: ReportScope) throws -> ReportMaterial {
    var material = try stays(database, scope)
    var readings: [ReportMaterial.Reading] = []
    for index in material.items.indices {
      for stay in material.items[index].stays {
        try steps(database, of: stay.attempt, into: &material.items[index].firstEnds, &readings)
      }
    }
    material.readings = readings
    return material
  }

  /// All attempts of the hubs whose first one began in the window, in order.
  private static func stays(_ database: Database, _ scope: ReportScope) throws -> ReportMaterial {
    var conditions = ["true"]
    var arguments = StatementArguments()
    func add(_ condition: String, _ values: (any DatabaseValueConvertible)?...) {
      guard values.allSatisfy({ $0 != nil }) else { return }
      conditions.append(condition)
      arguments += StatementArguments(values)
    }
    let since = scope.since?.description
    add(
      """
      a.opened_time >= ? AND NOT EXISTS(
        SELECT 1 FROM attempt AS e WHERE e.hub = a.hub AND e.opened_time < ?)
      """, since, since)
    add("u.batch = ?", scope.batch?.text)
    add("u.model = ?", scope.model)
    let sql = """
      SELECT a.attempt, a.hub, a.slot, a.actor, a.opened_time, a.closed_time, a.step, a.outcome, a.fault_code,
        u.batch, u.model
      FROM attempt AS a LEFT JOIN unit AS u ON u.hub = a.hub
      WHERE \(conditions.joined(separator: " AND ")) ORDER BY a.opened_seq
      """
    var material = ReportMaterial()
    var places: [String: Int] = [:]
    var outside: Set<String> = []
    let rows = try Row.fetchCursor(database, sql: sql, arguments: arguments)
    while let row = try rows.next() {
      let stay = try stay(row)
      let hub = try row.decode(String?.self, atIndex: 1)
      guard let hub, let model = try row.decode(String?.self, atIndex: 10), let id = HubID(hub) else {
        if scope.countsUnidentified, scope.takes(firstOpened: stay.opened) {
          material.unidentified.append(stay)
        }
        continue
      }
      if let place = places[hub] {
        if !material.items[place].passed { material.items[place].stays.append(stay) }
      } else if !outside.contains(hub) {
        guard scope.takes(firstOpened: stay.opened) else {
          outside.insert(hub)
          continue
        }
        places[hub] = material.items.count
        material.items.append(
          ReportMaterial.Item(
            hub: id, batch: try row.decode(String?.self, atIndex: 9).flatMap { BatchID($0) }, model: model,
            stays: [stay]))
      }
    }
    return material
  }

  private static func stay(_ row: Row) throws -> ReportMaterial.Stay {
    let attempt = try row.decode(String.self, atIndex: 0)
    func optional(_ index: Int) throws -> String? { try row.decode(String?.self, atIndex: index) }
    guard let opened = Timestamp(try row.decode(String.self, atIndex: 4)) else {
      throw Fault(.ledgerCorrupt, ["table": "attempt", "attempt": attempt])
    }
    return ReportMaterial.Stay(
      attempt: AttemptID(text: attempt), slot: try optional(2).flatMap { SlotName($0) },
      actor: try row.decode(String.self, atIndex: 3), opened: opened,
      closed: try optional(5).flatMap { Timestamp($0) }, step: try optional(6).flatMap { Step(rawValue: $0) },
      outcome: try optional(7).flatMap { Outcome(rawValue: $0) },
      fault: try optional(8).flatMap { FaultCode(rawValue: $0) })
  }

  /// The ends of the steps of one attempt, and what its checks read.
  private static func steps(
    _ database: Database, of attempt: AttemptID, into ends: inout [Step: Bool],
    _ readings: inout [ReportMaterial.Reading]
  ) throws {
    let statement = try database.cachedStatement(
      sql: """
        SELECT kind, json_extract(CAST(body AS TEXT), '$.step') AS step,
          iif(json_extract(CAST(body AS TEXT), '$.step') = 'check', body, NULL)
        FROM journal WHERE attempt = ? AND kind IN ('step.began', 'step.done', 'step.failed') ORDER BY seq
        """)
    let rows = try Row.fetchCursor(statement, arguments: [attempt.text])
    var begun: Set<Step> = []
    while let row = try rows.next() {
      let kind: String = try row.decode(String.self, atIndex: 0)
      guard let step = Step(rawValue: try row.decode(String.self, atIndex: 1)) else { continue }
      if kind == "step.began" {
        begun.insert(step)
      } else if ends[step] == nil {
        ends[step] = kind == "step.done"
      }
      guard let body = try row.decode(Data?.self, atIndex: 2) else { continue }
      switch try JournalEntry(kind: kind, body: body) {
      case .done(.checked(let results)): readings += results.compactMap(ReportMaterial.Reading.init)
      case .failed(_, let fault):
        if let reading = ReportMaterial.Reading(fault) { readings.append(reading) }
      default: break
      }
    }
    // Begun and never ended: the attempt was broken off in it.
    for step in begun where ends[step] == nil { ends[step] = false }
  }
}

extension ReportMaterial.Reading {
  fileprivate init?(_ result: CheckResult) {
    guard let value = result.value, value.isFinite else { return nil }
    self.init(name: result.name, measure: result.measure, low: result.low, high: result.high, value: value)
  }

  /// What a failed check read stands in its fault.
  fileprivate init?(_ fault: Fault) {
    guard fault.code == .checkOutside, let name = fault.values["check"],
      let value = fault.values["value"].flatMap(Double.init), value.isFinite
    else { return nil }
    self.init(
      name: name, measure: fault.values["measure"] ?? "", low: fault.values["low"].flatMap(Double.init),
      high: fault.values["high"].flatMap(Double.init), value: value)
  }
}
