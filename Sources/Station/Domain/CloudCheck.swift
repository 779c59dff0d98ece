/// One thing that a finished hub is asked through the cloud: is it really on the network, under its new identity?
struct CloudCheck: Hashable, Sendable, Codable {
  /// One value of the answer.
  struct Value: Hashable, Sendable, Codable {
    var name: String
    /// Names with dots between them, below the answer; empty: all of it.
    var path: String
    /// Inclusive; nil means no limit.
    var low: Double?
    var high: Double?
    /// The exact answer, as text.
    var expected: String?
  }

  /// `online` asks GET status; every other word is a command of the hub.
  var command: String
  /// How long the hub may take to answer, in seconds.
  var seconds: Int64
  var values: [Value]

  static let online = "online"

  /// Compares the answer with what is expected of it.
  func judge(_ answer: JSONValue) -> [CheckResult] {
    values.map { value in
      let definition = CheckDefinition(
        name: value.name, measure: "", low: value.low, high: value.high, expected: value.expected)
      return definition.judge(Printable.text(answer.member(at: value.path)?.plainText ?? "(missing)"))
    }
  }
}
