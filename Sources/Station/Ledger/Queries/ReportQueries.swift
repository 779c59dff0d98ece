import GRDB

/// Gathers what a report is made of, in one snapshot.
enum ReportQueries {
  /// One pass over the attempts, hub after hub: nothing of the journal is read.
  static func material(_ database: Database, _ scope: ReportScope) throws -> ReportMaterial {
    var material = ReportMaterial()
    var current: (hub: String, item: ReportMaterial.Item?)?
    func finish() {
      if let item = current?.item { material.items.append(item) }
    }
    let rows = try attempts(database, scope)
    while let row = try rows.next() {
      let stay = try stay(row)
      let hub = try row.decode(String?.self, atIndex: 0)
      guard let hub, let model = try row.decode(String?.self, atIndex: 9) else {
        if scope.countsUnidentified, scope.takes(firstOpened: stay.opened) {
          material.unidentified.append(stay)
        }
        continue
      }
      if current?.hub != hub {
        finish()
        // A hub whose first attempt is outside has none that counts.
        let isInside = scope.takes(firstOpened: stay.opened)
        let batch = try row.decode(String?.self, atIndex: 8).flatMap { BatchID($0) }
        current = (hub, isInside ? ReportMaterial.Item(batch: batch, model: model, stays: []) : nil)
      }
      guard current?.item?.passed == false else { continue }
      current?.item?.stays.append(stay)
      current?.item?.firstEnds.add(StepEnds(bits: try row.decode(Int64.self, atIndex: 10)))
      if let readings = try row.decode(String?.self, atIndex: 11) {
        material.readings += ReadingList.readings(readings)
      }
    }
    finish()
    material.items.sort { left, right in
      guard let one = left.stays.first?.opened, let other = right.stays.first?.opened else { return false }
      return one < other
    }
    return material
  }

  /// All attempts of the hubs whose first one began in the window, those of one hub together and in order.
  private static func attempts(_ database: Database, _ scope: ReportScope) throws -> RowCursor {
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
      SELECT a.hub, a.slot, a.actor, a.opened_time, a.closed_time, a.step, a.outcome, a.fault_code, u.batch,
        u.model, a.steps, a.readings
      FROM attempt AS a LEFT JOIN unit AS u ON u.hub = a.hub
      WHERE \(conditions.joined(separator: " AND ")) ORDER BY a.hub, a.opened_seq
      """
    return try Row.fetchCursor(database, sql: sql, arguments: arguments)
  }

  private static func stay(_ row: Row) throws -> ReportMaterial.Stay {
    func optional(_ index: Int) throws -> String? { try row.decode(String?.self, atIndex: index) }
    let time = try row.decode(String.self, atIndex: 3)
    guard let opened = Timestamp(time) else {
      throw Fault(.ledgerCorrupt, ["table": "attempt", "time": time])
    }
    return ReportMaterial.Stay(
      slot: try optional(1).flatMap { SlotName($0) }, actor: try row.decode(String.self, atIndex: 2),
      opened: opened, closed: try optional(4).flatMap { Timestamp($0) },
      step: try optional(5).flatMap { Step(rawValue: $0) },
      outcome: try optional(6).flatMap { Outcome(rawValue: $0) },
      fault: try optional(7).flatMap { FaultCode(rawValue: $0) })
  }
}
