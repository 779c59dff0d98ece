/// How the steps of an attempt, or of a unit, first ended: a number, so that the row of an attempt carries it and a report
/// over a million units need not read what is behind it.
struct StepEnds: Hashable, Sendable {
  /// Two bits for each step: 0 it was not come to, 1 begun and not ended, 2 good, 3 bad.
  private(set) var bits: Int64 = 0

  /// Whether the first end was good; begun and never ended is not. nil: it was not come to.
  subscript(_ step: Step) -> Bool? {
    switch bits >> Self.place(of: step) & 3 {
    case 0: nil
    case 2: true
    default: false
    }
  }

  mutating func begin(_ step: Step) { take(1, Self.place(of: step)) }

  mutating func end(_ step: Step, good: Bool) { take(good ? 2 : 3, Self.place(of: step)) }

  /// What a later attempt of the same unit says of steps that have no end yet. That it was begun before and broken off is
  /// its first end.
  mutating func add(_ later: StepEnds) {
    for step in Step.allCases {
      let place = Self.place(of: step)
      if bits >> place & 3 == 0 { bits |= later.bits & (3 << place) }
    }
  }

  /// A first end stays; one that was only begun may still come.
  private mutating func take(_ value: Int64, _ place: Int64) {
    if bits >> place & 3 < min(value, 2) { bits = bits & ~(3 << place) | value << place }
  }

  /// The bits are in ledgers: a further step takes the next place.
  static func place(of step: Step) -> Int64 {
    switch step {
    case .identify: 0
    case .flash: 2
    case .forge: 4
    case .certify: 6
    case .deliver: 8
    case .verify: 10
    case .check: 12
    case .label: 14
    case .finish: 16
    case .pass: 18
    case .network: 20
    }
  }
}

extension StepEnds: ExpressibleByDictionaryLiteral {
  init(dictionaryLiteral elements: (Step, Bool)...) {
    for (step, good) in elements { end(step, good: good) }
  }
}
