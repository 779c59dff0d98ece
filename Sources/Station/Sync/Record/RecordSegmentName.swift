/// The name of a segment says whose rows it holds and which; it is also its idempotency key.
struct RecordSegmentName: Hashable, Sendable, CustomStringConvertible {
  let station: String
  let first: Int64
  let last: Int64

  static let suffix = ".jsonl"
  private static let digits = 10

  init(station: String, first: Int64, last: Int64) {
    self.station = station
    self.first = first
    self.last = last
  }

  /// - Returns: nil unless `file` is a segment's name.
  init?(file: String) {
    guard file.hasSuffix(Self.suffix) else { return nil }
    let parts = file.dropLast(Self.suffix.count).split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count >= 3, let last = Self.number(parts[parts.count - 1]),
      let first = Self.number(parts[parts.count - 2]), first >= 1, first <= last,
      let station = Self.unescaped(parts.dropLast(2).joined(separator: "-"))
    else { return nil }
    self.init(station: station, first: first, last: last)
  }

  var description: String {
    "\(Self.escaped(station))-\(Self.padded(first))-\(Self.padded(last))\(Self.suffix)"
  }

  var idempotencyKey: String { "\(Self.escaped(station)):\(first)-\(last)" }

  /// The station's name where a file name or a URL wants it.
  static func escaped(_ station: String) -> String {
    let hex = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for (index, byte) in station.utf8.enumerated() {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        bytes.append(byte)
      // A leading dot would hide the file, or climb out of the folder.
      case UInt8(ascii: ".") where index > 0: bytes.append(byte)
      default: bytes += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  static func unescaped(_ text: String) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), rest.count >= 2
      else { return nil }
      rest = rest.dropFirst(2)
      bytes.append(code)
    }
    guard let station = String(validating: bytes, as: UTF8.self), escaped(station) == text else { return nil }
    return station
  }

  private static func number(_ text: some StringProtocol) -> Int64? {
    guard text.utf8.count >= digits, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int64(text)
  }

  private static func padded(_ number: Int64) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
  }
}
