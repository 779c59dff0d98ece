/// All that holds one unit, from its rows: a hold hides the older ones below it, and each ends by itself.
struct HoldReasons: Sendable {
  private struct Reason: Sendable {
    var fault: Fault
    /// The parked entry that it came with.
    var entry: String?
  }

  private var reasons: [Reason] = []
  private var parked: (entry: String, fault: Fault)?
  /// The unit's newest row; 0 when there is none.
  private(set) var head: Int64 = 0

  init(_ rows: [JournalRow]) throws(Fault) {
    for row in rows {
      head = max(head, row.sequence)
      take(try row.entry())
    }
  }

  /// The newest one that has not ended; nil: the unit is free.
  var current: Fault? { reasons.last?.fault }

  mutating func take(_ entry: JournalEntry) {
    switch entry {
    case .held(let fault):
      reasons.append(Reason(fault: fault, entry: parked.flatMap { $0.fault == fault ? $0.entry : nil }))
    case .recovered(let unit): reasons = [Reason(fault: unit.hold)]
    case .freed: reasons = []
    case .released(let id, _), .resent(let id, _), .givenUp(let id, _), .settled(let id, _):
      reasons.removeAll { $0.entry == id }
    default: break
    }
    // Parking writes its hold right behind itself.
    parked = if case .parked(let id, let fault) = entry { (id, fault) } else { nil }
  }
}
