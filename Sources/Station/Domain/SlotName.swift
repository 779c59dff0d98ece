/// The name of a physical place on the bench, as painted on it: `A1`.
struct SlotName: Hashable, Sendable, Codable, CustomStringConvertible, Comparable {
  let text: String

  /// - Returns: nil unless it is 1 to 16 characters of `A-Z a-z 0-9 . _ -`.
  init?(_ text: String) {
    let allowed = text.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
        || $0 == 0x2E || $0 == 0x5F || $0 == 0x2D
    }
    guard allowed, (1...16).contains(text.utf8.count) else { return nil }
    self.text = text
  }

  var description: String { text }

  /// `A2` before `A10`: digits compare as numbers.
  static func < (left: SlotName, right: SlotName) -> Bool {
    func parts(_ text: String) -> (String, Int) {
      let digits = text.reversed().prefix { $0.isASCII && $0.isNumber }
      return (String(text.dropLast(digits.count)), Int(String(digits.reversed())) ?? -1)
    }
    let (leftParts, rightParts) = (parts(left.text), parts(right.text))
    return leftParts == rightParts ? left.text < right.text : leftParts < rightParts
  }

  init(from decoder: any Decoder) throws {
    let raw = try decoder.singleValueContainer().decode(String.self)
    guard let value = SlotName(raw) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "not a slot name"))
    }
    self = value
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
