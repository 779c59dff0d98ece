/// The bytes of the console's language that have a name.
enum Ascii {
  static let bell: UInt8 = 0x07
  static let tab: UInt8 = 0x09
  static let newline: UInt8 = 0x0A
  static let escape: UInt8 = 0x1B
  static let space: UInt8 = 0x20
  static let fullStop: UInt8 = 0x2E
  static let question: UInt8 = 0x3F
  static let bracket: UInt8 = 0x5B
  static let closingBracket: UInt8 = 0x5D

  /// Whether `byte` may stand in a line of base64.
  static func isBase64(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2F, 0x3D: true
    default: false
    }
  }
}
