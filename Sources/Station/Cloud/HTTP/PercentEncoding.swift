/// Percent-encoding as AWS signing wants it: everything but `A-Z a-z 0-9 - . _ ~` (RFC 3986 section 2.3), upper-case hex.
enum PercentEncoding {
  /// A path segment, a query name or a query value.
  static func encode(_ text: String, keeping kept: Set<UInt8> = []) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var encoded: [UInt8] = []
    encoded.reserveCapacity(text.utf8.count)
    for byte in text.utf8 {
      if isUnreserved(byte) || kept.contains(byte) {
        encoded.append(byte)
      } else {
        encoded.append(contentsOf: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 0x0F)]])
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }

  /// `/a/b` of segments that are encoded one by one.
  static func path(_ segments: [String]) -> String {
    "/" + segments.map { encode($0) }.joined(separator: "/")
  }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "~"):
      true
    default: false
    }
  }
}
