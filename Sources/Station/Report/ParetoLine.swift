/// How often attempts ended at one step with one fault; most first, then by step and code.
struct ParetoLine: Hashable, Sendable, Codable {
  var step: Step?
  var code: FaultCode?
  var outcome: Outcome
  var count: Int
  /// Of all attempts that did not pass.
  var share: Double
  var cumulative: Double

  private struct Key: Hashable {
    var step: Step?
    var code: FaultCode?
    var outcome: Outcome
  }

  static func lines(_ stays: [ReportMaterial.Stay]) -> [ParetoLine] {
    var counts: [Key: Int] = [:]
    for stay in stays {
      guard let outcome = stay.outcome, outcome != .passed else { continue }
      counts[Key(step: stay.step, code: stay.fault, outcome: outcome), default: 0] += 1
    }
    let total = Double(counts.values.reduce(0, +))
    let sorted = counts.sorted { left, right in
      if left.value != right.value { return left.value > right.value }
      return words(left.key).lexicographicallyPrecedes(words(right.key))
    }
    var sum = 0
    return sorted.map { key, count in
      sum += count
      return ParetoLine(
        step: key.step, code: key.code, outcome: key.outcome, count: count, share: Double(count) / total,
        cumulative: Double(sum) / total)
    }
  }

  private static func words(_ key: Key) -> [String] {
    [key.step?.rawValue ?? "", key.code?.rawValue ?? "", key.outcome.rawValue]
  }
}
