/// Where a unit stands, and what may become of it: the one table of allowed edges.
struct UnitStanding: Hashable, Sendable, CustomStringConvertible {
  var disposition: UnitDisposition
  var isOnHold: Bool

  /// `hold` hides what lies below it.
  var description: String {
    if isOnHold { return "on hold" }
    return disposition == .rework ? "in rework" : disposition.rawValue
  }

  /// - Returns: where the unit stands then; nil: refused.
  func after(_ act: DispositionAct) -> UnitStanding? {
    let allowed = Self.edges[disposition] ?? [:]
    switch act {
    case .hold:
      return isOnHold || allowed[.hold] == nil ? nil : UnitStanding(disposition: disposition, isOnHold: true)
    case .release where isOnHold: return UnitStanding(disposition: disposition, isOnHold: false)
    // What is on hold does not leave the house.
    case .ship where isOnHold: return nil
    case .release, .rework, .scrap, .return, .ship, .recall:
      guard let next = allowed[act] else { return nil }
      // Whoever orders rework or scrap has decided; a unit that comes back is looked at while its hold lasts.
      let ends = act == .rework || act == .scrap
      return UnitStanding(disposition: next, isOnHold: isOnHold && !ends)
    }
  }

  /// What may be done, in the order of the acts: for the sentence that refuses something else.
  var allowed: [DispositionAct] { DispositionAct.allCases.filter { after($0) != nil } }

  /// A hold is said to end where it began.
  private static let edges: [UnitDisposition: [DispositionAct: UnitDisposition]] = [
    .making: [.hold: .making, .scrap: .scrapped],
    .released: [.hold: .released, .rework: .rework, .scrap: .scrapped, .ship: .shipped],
    .rework: [.hold: .rework, .scrap: .scrapped],
    .returned: [.hold: .returned, .release: .released, .rework: .rework, .scrap: .scrapped],
    .shipped: [.return: .returned, .recall: .recalled],
    .recalled: [.return: .returned, .scrap: .scrapped],
    .scrapped: [:],
  ]
}
