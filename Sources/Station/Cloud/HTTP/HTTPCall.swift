/// One HTTP request as plain values.
struct HTTPCall: Sendable {
  var method: String
  var origin: HTTPOrigin
  /// Percent-encoded, beginning with `/`; sent byte for byte as it stands here.
  var path: String
  /// Decoded names and values.
  var query: [Pair] = []
  var headers: [Pair] = []
  var body: [UInt8] = []

  struct Pair: Hashable, Sendable {
    var name: String
    var value: String

    init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The query as it is sent: `?a=b`, or nothing.
  var queryText: String {
    guard !query.isEmpty else { return "" }
    return "?"
      + query.map { "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))" }
      .joined(separator: "&")
  }

  var target: String { "\(origin.scheme)://\(origin.authority)\(path)\(queryText)" }
}
