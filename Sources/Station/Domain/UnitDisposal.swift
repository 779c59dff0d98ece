/// A person's decision about one unit, as its row keeps it. Holds and their ends are rows of other kinds.
struct UnitDisposal: Hashable, Sendable, Codable {
  var act: DispositionAct
  var from: UnitDisposition
  var to: UnitDisposition
  var reason: String
  /// ship: it was not registered, and a person took that upon themselves.
  var unregistered: Bool?
  var campaign: CampaignID?
}

/// What an earlier row said was wrong; it stays, and this one names it.
struct UnitCorrection: Hashable, Sendable, Codable {
  enum Field: String, Hashable, Sendable, Codable, CaseIterable {
    case disposition
    case batch
  }

  /// The journal row that is corrected.
  var row: Int64
  var field: Field
  var old: String
  var new: String
  var reason: String
}
