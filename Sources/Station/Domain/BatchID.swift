/// The number of a work order, as the vendor writes it: `WO-2026-0117`.
struct BatchID: Hashable, Sendable, Codable, CustomStringConvertible, Comparable {
  let text: String

  /// - Returns: nil unless it is 1 to 64 characters of `A-Z a-z 0-9 . _ -`, the first a letter or a digit: it becomes
  ///   part of file names.
  init?(_ text: String) {
    func isWord(_ byte: UInt8) -> Bool {
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
    guard (1...64).contains(text.utf8.count), let first = text.utf8.first, isWord(first),
      text.utf8.allSatisfy({ isWord($0) || $0 == 0x2E || $0 == 0x5F || $0 == 0x2D })
    else { return nil }
    self.text = text
  }

  var description: String { text }

  static func < (left: BatchID, right: BatchID) -> Bool { left.text < right.text }

  init(from decoder: any Decoder) throws {
    let raw = try decoder.singleValueContainer().decode(String.self)
    guard let value = BatchID(raw) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "not a batch"))
    }
    self = value
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
