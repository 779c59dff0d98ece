/// What went wrong: a stable code, the values that make it concrete, and (through `Wording`) a sentence and a hint.
///
/// Never carries a secret: values end up in the ledger, on the screen and in exports.
struct Fault: Error, Hashable, Sendable {
  var code: FaultCode
  /// Named values, for example `["expected": "…", "actual": "…"]`.
  var values: [String: String]
  /// The server's own wish (Retry-After, RFC 9110 section 10.2.3); not kept in the journal.
  var retryAfter: Duration?

  init(_ code: FaultCode, _ values: [String: String] = [:], retryAfter: Duration? = nil) {
    self.code = code
    self.values = values.mapValues { Self.cut($0) }
    self.retryAfter = retryAfter
  }

  /// Longer values are cut, counted in Unicode scalars: a hostile answer must not fill the ledger, and one `Character`
  /// may hold a megabyte of combining marks.
  static let longestValue = 400

  static func cut(_ text: String, to longest: Int = longestValue) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.prefix(longest)))
  }

  var disposition: Disposition { code.disposition }
  var outcome: Outcome { code.outcome }
}

extension Fault: Codable {
  private enum CodingKeys: String, CodingKey { case code, values }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      try container.decode(FaultCode.self, forKey: .code),
      try container.decodeIfPresent([String: String].self, forKey: .values) ?? [:])
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(code, forKey: .code)
    try container.encode(values, forKey: .values)
  }
}
