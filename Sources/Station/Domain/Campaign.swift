/// One named act on many units: a hold, a scrapping, a recall, or only a list.
struct Campaign: Hashable, Sendable, Codable {
  enum Act: String, Hashable, Sendable, Codable, CaseIterable {
    case hold
    case release
    case scrap
    /// What has left is recalled, what is still in the house is held.
    case recall
    /// Nothing is done to the units; the list is kept.
    case list

    /// What it means for one unit; nil: nothing is to be done.
    func act(on standing: UnitStanding) -> DispositionAct? {
      switch self {
      case .hold: .hold
      case .release: .release
      case .scrap: .scrap
      case .recall: standing.disposition == .shipped ? .recall : .hold
      case .list: nil
      }
    }
  }

  var id: CampaignID
  var act: Act
  var reason: String
  /// The question that found the units, in words.
  var question: String
  var units: Int

  /// The writer is shared with the bench, and the list is one transaction.
  static let most = 200_000
}

/// Units of a campaign, written with it.
struct CampaignUnits: Hashable, Sendable, Codable {
  var campaign: CampaignID
  var hubs: [HubID]

  static let mostInRow = 5_000
}

/// What came of one unit of a campaign.
struct CampaignResult: Hashable, Sendable, Codable {
  var campaign: CampaignID
  /// What was done; nil: nothing.
  var act: DispositionAct?
  /// Why not.
  var fault: Fault?
}

struct CampaignEnd: Hashable, Sendable, Codable {
  var campaign: CampaignID
  var done: Int
  var refused: Int
}
