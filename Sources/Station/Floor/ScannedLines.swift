/// Cuts what a wedge scanner types into lines. What is too long for any code is cut off, not kept.
struct ScannedLines {
  static let longest = 128
  private var line: [UInt8] = []

  /// - Returns: the line that this byte ends; empty ones are passed over.
  mutating func take(_ byte: UInt8) -> String? {
    guard byte != 0x0A, byte != 0x0D else {
      defer { line = [] }
      return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
    }
    if line.count < Self.longest { line.append(byte) }
    return nil
  }
}
