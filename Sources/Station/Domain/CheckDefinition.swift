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
