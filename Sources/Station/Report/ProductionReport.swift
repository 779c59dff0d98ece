/// The figures of production: yields, reasons, times, capability, slots. The keys are stable.
struct ProductionReport: Hashable, Sendable, Codable {
  struct Part: Hashable, Sendable, Codable {
    var name: String
    var yields: YieldFigures
  }

  var scope: ReportScope
  var yields: YieldFigures
  /// Attempts that ended before it was known which hub it was; they are no units.
  var unidentified: Int
  var parts: [Part]
  var pareto: [ParetoLine]
  var cycleTime: CycleTimes?
  var cycleTimeBySlot: [CycleTimes]
  var cycleTimeByOperator: [CycleTimes]
  var capabilities: [Capability]
  var slots: [SlotHealth]

  init(_ material: ReportMaterial, scope: ReportScope, by grouping: ReportGrouping?) {
    self.scope = scope
    yields = YieldFigures(material.items)
    unidentified = material.unidentified.count
    parts =
      grouping.map { grouping in
        grouping.parts(of: material.items).sorted { $0.key < $1.key }
          .map { Part(name: $0.key, yields: YieldFigures($0.value)) }
      } ?? []
    let stays = material.stays
    pareto = ParetoLine.lines(stays)
    cycleTime = CycleTimes(of: "all", stays)
    cycleTimeBySlot = CycleTimes.grouped(stays) { $0.slot?.text }
    cycleTimeByOperator = CycleTimes.grouped(stays) { $0.actor }
    capabilities = Capability.all(material.readings)
    slots = SlotHealth.all(stays)
  }
}
