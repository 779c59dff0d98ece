/// Which calls go wrong, drawn from a seed: the same plan and the same calls give the same faults.
struct CloudFaultPlan: Hashable, Sendable, Codable {
  struct Rule: Hashable, Sendable, Codable {
    /// Nil for every operation.
    var operation: CloudOperation?
    var fault: CloudFault
    /// Of a thousand calls that many; 1000 for all.
    var perMille: Int
    /// No more than so often; nil for no limit.
    var times: Int?

    init(_ fault: CloudFault, on operation: CloudOperation? = nil, perMille: Int = 1000, times: Int? = nil) {
      self.fault = fault
      self.operation = operation
      self.perMille = perMille
      self.times = times
    }
  }

  var seed: UInt64
  var rules: [Rule]
  /// The vendor's reads lag behind its writes: each change shows after a time drawn from the seed, up to this many
  /// milliseconds, and none before an earlier one.
  var lag: Int?

  static let none = CloudFaultPlan(seed: 0, rules: [])

  /// The plan as it is being carried out.
  struct Course: Hashable, Sendable {
    private var rules: [Rule]
    private var random: SplitMix
    private let lag: Int
    /// How many changes back a read may look.
    let memory: Int

    init(_ plan: CloudFaultPlan) {
      rules = plan.rules
      lag = max(0, plan.lag ?? 0)
      random = SplitMix(seed: plan.seed, name: "cloud faults")
      memory =
        plan.rules.map { if case .behind(let changes) = $0.fault { min(max(changes, 0), 64) } else { 0 } }
        .max()
        ?? 0
    }

    /// How long the next change stays unseen; nil: nothing lags.
    mutating func nextLag() -> Duration? {
      lag == 0 ? nil : .milliseconds(Int.random(in: 0...lag, using: &random))
    }

    /// The fault of the next call: the first rule that strikes.
    mutating func next(for operation: CloudOperation) -> CloudFault? {
      for index in rules.indices where rules[index].operation == nil || rules[index].operation == operation {
        let drawn = Int.random(in: 0..<1000, using: &random)
        guard drawn < rules[index].perMille, rules[index].times != 0 else { continue }
        rules[index].times = rules[index].times.map { $0 - 1 }
        return rules[index].fault
      }
      return nil
    }
  }
}
