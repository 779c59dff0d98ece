/// Whether a slot fails more, or less, often than the others by more than chance.
///
/// Attempts that ended as passed, failed or errored count; unplugged ones say nothing of a slot. Fisher's exact test,
/// two-sided, of this slot against all others; the probabilities are adjusted for the number of slots (Holm), and below
/// 0.05 the difference is said to be one.
struct SlotHealth: Hashable, Sendable, Codable {
  enum Verdict: String, Hashable, Sendable, Codable {
    case worse
    case better
    case likeTheOthers = "like the others"
    /// There is no other slot to compare it with.
    case alone
  }

  static let significance = 0.05

  var slot: SlotName
  var attempts: Int
  var failures: Int
  var failureRate: Double
  var probability: Double?
  var adjustedProbability: Double?
  var verdict: Verdict

  /// In the order of the bench.
  static func all(_ stays: [ReportMaterial.Stay]) -> [SlotHealth] {
    var attempts: [SlotName: Int] = [:]
    var failures: [SlotName: Int] = [:]
    for stay in stays {
      guard let slot = stay.slot, let outcome = stay.outcome, outcome != .aborted else { continue }
      attempts[slot, default: 0] += 1
      if outcome != .passed { failures[slot, default: 0] += 1 }
    }
    let (all, bad) = (attempts.values.reduce(0, +), failures.values.reduce(0, +))
    var slots = attempts.keys.sorted().map { slot in
      let (mine, wrong) = (attempts[slot] ?? 0, failures[slot] ?? 0)
      var health = SlotHealth(
        slot: slot, attempts: mine, failures: wrong, failureRate: Double(wrong) / Double(mine),
        verdict: .alone)
      if all > mine {
        health.probability = FisherTest.twoSided(
          failures: wrong, of: mine, otherFailures: bad - wrong, ofOthers: all - mine)
      }
      return health
    }
    adjust(&slots)
    for index in slots.indices {
      guard let probability = slots[index].adjustedProbability else { continue }
      let rest = Double(bad - slots[index].failures) / Double(all - slots[index].attempts)
      slots[index].verdict =
        probability >= significance ? .likeTheOthers : slots[index].failureRate > rest ? .worse : .better
    }
    return slots
  }

  /// Holm's step-down: the smallest times the number of tests, the next times one less, never falling.
  private static func adjust(_ slots: inout [SlotHealth]) {
    let order = slots.indices.filter { slots[$0].probability != nil }.sorted {
      (slots[$0].probability ?? 1, $0) < (slots[$1].probability ?? 1, $1)
    }
    var least = 0.0
    for (rank, index) in order.enumerated() {
      least = max(least, min(1, (slots[index].probability ?? 1) * Double(order.count - rank)))
      slots[index].adjustedProbability = least
    }
  }
}
