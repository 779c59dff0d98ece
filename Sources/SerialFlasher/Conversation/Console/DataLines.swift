/// A file as the sink reads it: lines of base64, in pieces that the hub acknowledges one by one.
///
/// A piece is less than a kilobyte: the kernel's input queue of a terminal holds 4 KiB, and a serial line without flow
/// control loses what does not fit. A P-256 key in PEM fits into one.
enum DataLines {
  /// Bytes of the file in a line of 76 characters.
  static let bytesPerLine = 57
  static let linesPerPiece = 12
  static let bytesPerPiece = bytesPerLine * linesPerPiece

  /// How many lines `count` bytes need.
  static func lines(for count: Int) -> Int { (count + bytesPerLine - 1) / bytesPerLine }

  /// How many characters the lines of `count` bytes have, line ends included.
  static func length(for count: Int) -> Int { (count + 2) / 3 * 4 + lines(for: count) }

  /// Writes the lines of `source` into `target`, which has room for `length(for:)` and more bytes.
  ///
  /// By hand and in place: no copy of a private key may stay behind in memory that nobody wipes.
  static func encode(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) {
    var out = 0
    func put(_ byte: UInt8) {
      target[out] = byte
      out += 1
    }
    var start = 0
    while start < source.count {
      let end = min(start + bytesPerLine, source.count)
      var index = start
      while index < end {
        let left = end - index
        let word =
          UInt32(source[index]) << 16 | (left > 1 ? UInt32(source[index + 1]) << 8 : 0)
          | (left > 2 ? UInt32(source[index + 2]) : 0)
        put(digit(word >> 18))
        put(digit(word >> 12))
        put(left > 1 ? digit(word >> 6) : 0x3D)
        put(left > 2 ? digit(word) : 0x3D)
        index += 3
      }
      put(Ascii.newline)
      start = end
    }
  }

  /// By arithmetic: a table would be read at places that the key chooses.
  private static func digit(_ value: UInt32) -> UInt8 {
    let six = UInt8(truncatingIfNeeded: value & 63)
    switch six {
    case 0..<26: return six + 0x41
    case 26..<52: return six + 0x47
    case 52..<62: return six - 4
    case 62: return 0x2B
    default: return 0x2F
    }
  }
}
