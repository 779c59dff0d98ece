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

  /// What a failed check read stands in its fault.
  init?(_ fault: Fault) {
    guard fault.code == .checkOutside, let name = fault.values["check"], let text = fault.values["value"]
    else {
      return nil
    }
    self.init(
      name: name, text: text, value: Double(text), measure: fault.values["measure"] ?? "",
      low: fault.values["low"].flatMap(Double.init), high: fault.values["high"].flatMap(Double.init),
      passed: false)
  }
}
