import Foundation

/// A request as it came over the wire: nothing decoded, because a signature covers the very bytes.
struct SimulatedRequest: Hashable, Sendable {
  var method: String
  /// As sent, percent-encoding and all, without the query.
  var path: String
  /// As sent, without the question mark.
  var query: String
  /// In the order in which they came; names in lower case. `host` is among them.
  var headers: [Header]
  var body: [UInt8]

  struct Header: Hashable, Sendable {
    var name: String
    var value: String
  }

  /// More than this is refused before it is read: nothing that a station sends comes near it.
  static let largestBody = 256 * 1024

  /// All values of a header, joined as RFC 9110 section 5.3 allows; nil when there is none.
  func header(_ name: String) -> String? {
    let values = headers.filter { $0.name == name }.map(\.value)
    return values.isEmpty ? nil : values.joined(separator: ",")
  }

  /// The path's parts, decoded; nil if one of them is not UTF-8 or wrongly encoded.
  var segments: [String]? {
    var decoded: [String] = []
    for part in path.split(separator: "/", omittingEmptySubsequences: true) {
      guard let text = String(part).removingPercentEncoding else { return nil }
      decoded.append(text)
    }
    return decoded
  }

  /// The query's pairs, decoded, in the order in which they came.
  var queryPairs: [(name: String, value: String)] {
    query.split(separator: "&").map { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      let value = parts.count > 1 ? String(parts[1]) : ""
      return (name.removingPercentEncoding ?? name, value.removingPercentEncoding ?? value)
    }
  }

  func queryValue(_ name: String) -> String? { queryPairs.first { $0.name == name }?.value }

  /// The body as JSON; an empty body is an empty object.
  var json: JSONValue? { body.isEmpty ? [:] : JSONValue(parsing: body) }
}
