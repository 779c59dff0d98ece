import Glibc

/// A port of 127.0.0.1, kept for as long as this object lives, whether anybody listens on it or not.
///
/// While the cloud is away its port must refuse connections, and must not be handed to some outgoing connection of
/// another program. A socket that is bound and does not listen does both; SO_REUSEADDR on both sockets lets the server
/// bind beside it (socket(7)).
final class LoopbackPort: Sendable {
  /// 1 to 65535.
  let number: Int
  private let descriptor: Int32

  /// - Parameter requested: 0 for any free one.
  init(_ requested: Int) throws(SimulatedCloudError) {
    let opened = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard opened >= 0 else { throw .portRefused(port: requested, errno: errno) }
    var yes: Int32 = 1
    setsockopt(opened, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    address.sin_port = in_port_t(truncatingIfNeeded: requested).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
        bind(opened, raw, length) == 0 && getsockname(opened, raw, &length) == 0
      }
    }
    guard bound else {
      let refused = errno
      close(opened)
      throw .portRefused(port: requested, errno: refused)
    }
    descriptor = opened
    number = Int(in_port_t(bigEndian: address.sin_port))
  }

  deinit { close(descriptor) }

  /// Reads `127.0.0.1:PORT`; any other address is refused.
  static func number(in listen: String) throws(SimulatedCloudError) -> Int {
    let parts = listen.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0] == "127.0.0.1", let port = Int(parts[1]), (0...65535).contains(port)
    else {
      throw .notLoopback(String(listen.prefix(80)))
    }
    return port
  }
}
