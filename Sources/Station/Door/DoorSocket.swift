import Foundation
import Glibc

/// The Door's socket and its address.
enum DoorSocket {
  /// Beside the ledger, in a folder that belongs to the station's user, and named after it: of two ledgers in one folder
  /// each has its own.
  static func path(besides ledger: String) -> String { LedgerFile.resolved(ledger) + ".sock" }

  /// The longest line of a request (a campaign of 200,000 hubs, 100,000 listed serials of 64 characters), and of an answer.
  static let longestRequest = 10 << 20
  static let longestAnswer = 64 << 20

  static func make(_ path: String) throws(DoorError) -> Int32 {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw .failed(call: "socket", path: path, errno: errno) }
    return descriptor
  }

  /// Calls bind(2) or connect(2) with an address for `path`.
  ///
  /// An address holds 107 bytes (unix(7)); a longer path goes by its folder's descriptor.
  static func withAddress(
    of path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) throws(DoorError) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let room = MemoryLayout.size(ofValue: address.sun_path)
    var text = path
    var folder: Int32 = -1
    defer { if folder >= 0 { close(folder) } }
    if text.utf8.count >= room {
      let file = URL(filePath: path)
      folder = open(
        file.deletingLastPathComponent().path(percentEncoded: false), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard folder >= 0 else { throw .failed(call: "open folder", path: path, errno: errno) }
      text = "/proc/self/fd/\(folder)/\(file.lastPathComponent)"
    }
    guard text.utf8.count < room else { throw .failed(call: "address", path: path, errno: ENAMETOOLONG) }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: text.utf8) }
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }

  // MARK: Lines

  /// The bytes before the first newline. Gives up at `limit` bytes or at `deadline`.
  static func readLine(_ descriptor: Int32, path: String, limit: Int, deadline: ContinuousClock.Instant)
    throws(DoorError) -> [UInt8]
  {
    var line: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16 << 10)
    while true {
      try wait(descriptor, POLLIN, path: path, until: deadline)
      let count = recv(descriptor, &chunk, chunk.count, Int32(MSG_DONTWAIT))
      if count < 0, errno == EINTR || errno == EAGAIN { continue }
      guard count >= 0 else { throw .failed(call: "recv", path: path, errno: errno) }
      if count == 0 { throw .garbled("the line ended after \(line.count) bytes") }
      if let end = chunk[..<count].firstIndex(of: 0x0A) { return line + chunk[..<end] }
      line += chunk[..<count]
      guard line.count <= limit else { throw .garbled("a line longer than \(limit) bytes") }
    }
  }

  static func writeLine(
    _ descriptor: Int32, path: String, _ line: some Sequence<UInt8>, deadline: ContinuousClock.Instant
  )
    throws(DoorError)
  {
    let bytes = Array(line) + [0x0A]
    var sent = 0
    while sent < bytes.count {
      try wait(descriptor, POLLOUT, path: path, until: deadline)
      let count = bytes[sent...].withUnsafeBytes {
        send(descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
      }
      if count < 0, errno == EINTR || errno == EAGAIN { continue }
      guard count > 0 else { throw .failed(call: "send", path: path, errno: errno) }
      sent += count
    }
  }

  private static func wait(
    _ descriptor: Int32, _ events: Int32, path: String, until deadline: ContinuousClock.Instant
  )
    throws(DoorError)
  {
    while true {
      let left = ContinuousClock.now.duration(to: deadline)
      guard left > .zero else { throw .timeout(path: path) }
      let milliseconds =
        min(left.components.seconds, 3_600) * 1000 + left.components.attoseconds / 1_000_000_000_000_000
      var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
      let ready = poll(&entry, 1, Int32(milliseconds) + 1)
      if ready > 0 { return }
      if ready < 0, errno != EINTR { throw .failed(call: "poll", path: path, errno: errno) }
    }
  }
}
