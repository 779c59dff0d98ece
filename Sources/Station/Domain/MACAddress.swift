/// Reads a MAC address in the usual spellings and writes it lower-case with colons.
enum MACAddress {
  /// - Returns: nil unless it is 6 or 8 octets (EUI-48, EUI-64) in hex, bare or separated by `:` or `-`; the all-zero
  ///   and the broadcast address are no addresses of a hub.
  static func normalise(_ raw: String) -> String? {
    let digits = raw.lowercased().utf8.filter {
      $0 != 0x3A && $0 != 0x2D && $0 != 0x20 && $0 != 0x0A && $0 != 0x0D
    }
    guard digits.count == 12 || digits.count == 16, raw.utf8.count <= 32,
      digits.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }),
      Set(digits) != [0x30], Set(digits) != [0x66]
    else { return nil }
    let text = String(decoding: digits, as: UTF8.self)
    return stride(from: 0, to: text.count, by: 2).map { start in
      let from = text.index(text.startIndex, offsetBy: start)
      return String(text[from..<text.index(from, offsetBy: 2)])
    }.joined(separator: ":")
  }
}
