/// What was decided about a unit, apart from a hold: a hold lies over each of these and hides it.
enum UnitDisposition: String, Hashable, Sendable, Codable, CaseIterable {
  /// It has not passed yet.
  case making
  /// It passed and nothing is against it.
  case released
  /// One more pass over a finished hub was ordered and has not ended.
  case rework
  case scrapped
  /// It left and came back.
  case returned
  case shipped
  /// It left and is asked back.
  case recalled
}
