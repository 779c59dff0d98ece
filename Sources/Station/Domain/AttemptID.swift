import Foundation

/// One stay of one hub on the bench, from plug to result. UUID version 7 (RFC 9562 section 5.7): sorts by time.
struct AttemptID: Hashable, Sendable, Codable, CustomStringConvertible {
  let text: String

  /// For values that were written before: rows of the ledger.
  init(text: String) { self.text = text }

  /// - Parameter random: ten random bytes; fewer are padded with zeros.
  init(time: Timestamp, random: [UInt8]) {
    text = TimeOrderedUUID.text(time: time, random: random)
  }

  var description: String { text }

  init(from decoder: any Decoder) throws { text = try decoder.singleValueContainer().decode(String.self) }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
