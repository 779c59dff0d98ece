/// What a report is made of, as the ledger has it: values without I/O.
struct ReportMaterial: Hashable, Sendable {
  /// One stay of a hub on the bench.
  struct Stay: Hashable, Sendable {
    var slot: SlotName?
    var actor: String
    var opened: Timestamp
    /// nil: it goes on.
    var closed: Timestamp?
    /// The step that it came to.
    var step: Step?
    var outcome: Outcome?
    var fault: FaultCode?

    var milliseconds: Int64? { closed.map { $0.milliseconds - opened.milliseconds } }
  }

  /// One unit: its stays up to the first that passed; what came later was no production.
  struct Item: Hashable, Sendable {
    var batch: BatchID?
    var model: String
    var stays: [Stay]
    /// Each step that it ever came to, and whether the step's first end was good.
    var firstEnds = StepEnds()

    var passedFirst: Bool { stays.first?.outcome == .passed }
    var passed: Bool { stays.last?.outcome == .passed }
  }

  /// One named value that a check gave, good or bad.
  struct Reading: Hashable, Sendable {
    var name: String
    var measure: String
    var low: Double?
    var high: Double?
    var value: Double
  }

  /// In order of their first attempts.
  var items: [Item] = []
  /// Stays that ended before it was known which hub it was.
  var unidentified: [Stay] = []
  var readings: [Reading] = []

  /// All stays that are counted.
  var stays: [Stay] { items.flatMap(\.stays) + unidentified }
}
