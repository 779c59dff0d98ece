import Glibc

/// A message as udevd sends it to libudev's monitors (struct monitor_netlink_header of libudev, forty bytes, then
/// `KEY=value` strings that end with NUL).
struct MonitorMessage {
  var properties: [(String, String)]
  var subsystem: String

  var bytes: [UInt8] {
    let text: [UInt8] = properties.map { "\($0.0)=\($0.1)\0" }.flatMap { Array($0.utf8) }
    var header = Array("libudev\0".utf8)
    header += Self.bigEndian(0xfeed_cafe)
    header += Self.native(40)
    header += Self.native(40)
    header += Self.native(UInt32(text.count))
    header += Self.bigEndian(Self.hash(Array(subsystem.utf8)))
    // No devtype, and no tags for the bloom filter.
    header += [UInt8](repeating: 0, count: 12)
    return header + text
  }

  /// MurmurHash2, seed 0: what the socket filter of a monitor compares in the kernel.
  static func hash(_ key: [UInt8]) -> UInt32 {
    let multiplier: UInt32 = 0x5bd1_e995
    var hash = UInt32(key.count)
    var rest = key[...]
    while rest.count >= 4 {
      var word = rest.prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      rest = rest.dropFirst(4)
      word = word &* multiplier
      word ^= word >> 24
      word = word &* multiplier
      hash = hash &* multiplier ^ word
    }
    if !rest.isEmpty {
      hash ^= rest.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      hash = hash &* multiplier
    }
    hash ^= hash >> 13
    hash = hash &* multiplier
    return hash ^ hash >> 15
  }

  private static func bigEndian(_ value: UInt32) -> [UInt8] { native(value.bigEndian) }
  private static func native(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }
}

/// The kernel's uevent socket, as udevd uses it.
struct MonitorSocket {
  private let descriptor: Int32

  init() throws(WorldError) {
    // NETLINK_KOBJECT_UEVENT; its header is not in Glibc's module.
    descriptor = socket(16, Int32(SOCK_RAW.rawValue), 15)
    if descriptor < 0 { throw WorldError("socket", errno) }
  }

  /// - Parameter group: 1 is the kernel's own multicast group, 2 is udevd's.
  func send(_ message: MonitorMessage, group: UInt32 = 2) throws(WorldError) {
    // struct sockaddr_nl: family, padding, port, groups.
    let address: [UInt32] = [16, 0, group]
    let bytes = message.bytes
    let sent = address.withUnsafeBytes { place in
      sendto(
        descriptor, bytes, bytes.count, 0, place.baseAddress?.assumingMemoryBound(to: sockaddr.self), 12)
    }
    // ECONNREFUSED: nobody listens yet. ENOBUFS: somebody's buffer is full; that is the point of a storm.
    if sent < 0 && errno != ECONNREFUSED && errno != ENOBUFS { throw WorldError("sendto", errno) }
  }
}
