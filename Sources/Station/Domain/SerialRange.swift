/// Serial numbers from one to another that differ only in their last digits: `SPK00000001` to `SPK00000500`.
struct SerialRange: Hashable, Sendable {
  let first: SerialNumber
  let last: SerialNumber
  private let prefix: String
  private let numbers: ClosedRange<UInt64>

  /// More digits than this are no counter, and would not fit a number.
  private static let mostDigits = 18

  /// - Throws: `batch-invalid` unless both are of one length, equal up to their last digits, and in order.
  init(from first: SerialNumber, to last: SerialNumber) throws(Fault) {
    guard let (prefix, lower) = Self.parts(first.text), let (other, upper) = Self.parts(last.text),
      prefix == other, first.text.utf8.count == last.text.utf8.count, lower <= upper
    else {
      throw Fault(
        .batchInvalid,
        ["cause": "\(first) to \(last) is no range: equal length, equal up to the last digits, in order"])
    }
    (self.first, self.last, self.prefix) = (first, last, prefix)
    numbers = lower...upper
  }

  var count: Int { Int(numbers.upperBound - numbers.lowerBound) + 1 }

  func contains(_ serial: SerialNumber) -> Bool {
    guard serial.text.utf8.count == first.text.utf8.count, let (prefix, number) = Self.parts(serial.text)
    else { return false }
    return prefix == self.prefix && numbers.contains(number)
  }

  func overlaps(_ other: SerialRange) -> Bool {
    prefix == other.prefix && first.text.utf8.count == other.first.text.utf8.count
      && numbers.overlaps(other.numbers)
  }

  /// The serials that are in both; nil: none.
  func shared(with other: SerialRange) -> SerialRange? {
    guard overlaps(other) else { return nil }
    // Inside texts of one length and prefix, the order of the texts is that of the numbers.
    return try? SerialRange(
      from: first.text < other.first.text ? other.first : first,
      to: last.text < other.last.text ? last : other.last)
  }

  private static func parts(_ text: String) -> (String, UInt64)? {
    let digits = text.utf8.reversed().prefix { (0x30...0x39).contains($0) }.prefix(mostDigits).count
    guard let number = UInt64(text.suffix(digits)) else { return nil }
    return (String(text.dropLast(digits)), number)
  }
}

extension SerialRange: Codable {
  private enum CodingKeys: String, CodingKey { case first, last }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      from: try container.decode(SerialNumber.self, forKey: .first),
      to: try container.decode(SerialNumber.self, forKey: .last))
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(first, forKey: .first)
    try container.encode(last, forKey: .last)
  }
}
