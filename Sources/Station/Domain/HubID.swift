import Foundation

/// The hub's UUID: the key of its rows, the id of ProvisionHub, and by default the Thing's name. Lower-case text.
struct HubID: Hashable, Sendable, Codable, CustomStringConvertible, Comparable {
  let text: String

  /// - Returns: nil unless `text` is a UUID in the 8-4-4-4-12 form.
  init?(_ text: some StringProtocol) {
    guard text.utf8.count == 36, let uuid = UUID(uuidString: String(text)) else { return nil }
    self.text = uuid.uuidString.lowercased()
  }

  init(_ uuid: UUID) { text = uuid.uuidString.lowercased() }

  var description: String { text }

  static func < (left: HubID, right: HubID) -> Bool { left.text < right.text }

  init(from decoder: any Decoder) throws {
    let raw = try decoder.singleValueContainer().decode(String.self)
    guard let value = HubID(raw) else {
      throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "not a UUID"))
    }
    self = value
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
