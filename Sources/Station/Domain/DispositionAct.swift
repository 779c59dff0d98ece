/// What a person may decide about a unit.
enum DispositionAct: String, Hashable, Sendable, Codable, CaseIterable {
  case hold
  /// Lifts a hold; a returned unit is good again.
  case release
  case rework
  case scrap
  case `return`
  case ship
  case recall

  /// `held`, for sentences and lists.
  var past: String {
    switch self {
    case .hold: "held"
    case .release: "released"
    case .rework: "sent to rework"
    case .scrap: "scrapped"
    case .return: "returned"
    case .ship: "shipped"
    case .recall: "recalled"
    }
  }
}
