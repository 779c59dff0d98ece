/// One functional check of a model: a named value with its unit and its limits.
struct CheckDefinition: Hashable, Sendable {
  /// The name under which the console profile knows the command.
  var name: String
  /// For example `V`, `dBm`, `s`; empty for a plain word.
  var measure: String
  /// Inclusive; nil means no limit.
  var low: Double?
  var high: Double?
  /// For checks that answer a word: the exact answer.
  var expected: String?
}

extension CheckDefinition {
  /// Compares an answer with the limits. An answer that should be a number and is none has not passed.
  func judge(_ text: String) -> CheckResult {
    let value = Double(text)
    var passed = expected.map { $0 == text } ?? true
    if low != nil || high != nil {
      if let value, value.isFinite {
        passed = passed && low.map { value >= $0 } ?? true && high.map { value <= $0 } ?? true
      } else {
        passed = false
      }
    }
    return CheckResult(
      name: name, text: text, value: value, measure: measure, low: low, high: high, passed: passed)
  }
}
