/// The name of a campaign: `RC-2026-03`. Written like the number of a batch.
struct CampaignID: Hashable, Sendable, Codable, CustomStringConvertible {
  let text: String

  init?(_ text: String) {
    guard BatchID(text) != nil else { return nil }
    self.text = text
  }

  var description: String { text }

  init(from decoder: any Decoder) throws { text = try BatchID(from: decoder).text }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
