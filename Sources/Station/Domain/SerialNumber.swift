/// A hub's serial number as its model's rule normalised it. Made only by `SerialRule`.
struct SerialNumber: Hashable, Sendable, Codable, CustomStringConvertible {
  let text: String

  /// For values that were normalised before: rows of the ledger.
  init(normalised text: String) { self.text = text }

  var description: String { text }

  init(from decoder: any Decoder) throws { text = try decoder.singleValueContainer().decode(String.self) }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
