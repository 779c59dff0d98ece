/// What one functional check gave.
struct CheckResult: Hashable, Sendable, Codable {
  var name: String
  /// The hub's answer as it came, at most 200 characters.
  var text: String
  var value: Double?
  var measure: String
  var low: Double?
  var high: Double?
  var passed: Bool
}

extension CheckResult {
  /// The limits in words, for faults of numbers.
  var limits: String? {
    guard low != nil || high != nil else { return nil }
    return "\(low.map { "\($0)" } ?? "-") to \(high.map { "\($0)" } ?? "-")"
  }
}
