/// Yields of some units. Ratios are nil where nothing is counted.
///
/// - first-pass yield: units whose first attempt passed / units started
/// - rolled throughput yield: the product of the step yields
/// - final yield: units passed / units started
/// - retest rate: units that were tried more than once before they passed, or without passing / units started
struct YieldFigures: Hashable, Sendable, Codable {
  struct StepYield: Hashable, Sendable, Codable {
    var step: Step
    /// Units that ever came to it.
    var entered: Int
    /// Of these, units for which its first end was good.
    var passedFirst: Int
    var firstPassYield: Double
  }

  var started = 0
  var passedFirst = 0
  var passed = 0
  var retested = 0
  var firstPassYield: Double?
  var rolledThroughputYield: Double?
  var finalYield: Double?
  var retestRate: Double?
  /// Units passed an hour, from the first opening to the last end of all their stays.
  var unitsPerHour: Double?
  /// Seconds from unit to unit over the same time.
  var taktSeconds: Double?
  var steps: [StepYield] = []

  init(_ items: [ReportMaterial.Item]) {
    started = items.count
    passedFirst = items.count(where: \.passedFirst)
    passed = items.count(where: \.passed)
    retested = items.count { $0.stays.count > 1 }
    for step in Step.allCases {
      let ends = items.compactMap { $0.firstEnds[step] }
      guard !ends.isEmpty else { continue }
      let good = ends.count { $0 }
      steps.append(
        StepYield(
          step: step, entered: ends.count, passedFirst: good,
          firstPassYield: Double(good) / Double(ends.count)))
    }
    guard started > 0 else { return }
    firstPassYield = Double(passedFirst) / Double(started)
    finalYield = Double(passed) / Double(started)
    retestRate = Double(retested) / Double(started)
    rolledThroughputYield = steps.isEmpty ? nil : steps.map(\.firstPassYield).reduce(1, *)
    let stays = items.flatMap(\.stays)
    guard let first = stays.map(\.opened).min(), let last = stays.compactMap(\.closed).max(), last > first,
      passed > 0
    else { return }
    let seconds = Double(last.milliseconds - first.milliseconds) / 1000
    unitsPerHour = Double(passed) * 3600 / seconds
    taktSeconds = seconds / Double(passed)
  }
}
