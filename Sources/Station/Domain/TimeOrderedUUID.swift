import Foundation

/// UUID version 7 (RFC 9562 section 5.7): 48 bits of milliseconds, then random bits.
enum TimeOrderedUUID {
  static func text(time: Timestamp, random: [UInt8]) -> String {
    var bytes = [UInt8](repeating: 0, count: 16)
    let milliseconds = UInt64(bitPattern: time.milliseconds)
    for index in 0..<6 { bytes[index] = UInt8(truncatingIfNeeded: milliseconds >> UInt64(40 - 8 * index)) }
    for (index, byte) in random.prefix(10).enumerated() { bytes[6 + index] = byte }
    bytes[6] = bytes[6] & 0x0F | 0x70
    bytes[8] = bytes[8] & 0x3F | 0x80
    let uuid = UUID(
      uuid: (
        bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7], bytes[8], bytes[9],
        bytes[10], bytes[11], bytes[12], bytes[13], bytes[14], bytes[15]
      ))
    return uuid.uuidString.lowercased()
  }
}
