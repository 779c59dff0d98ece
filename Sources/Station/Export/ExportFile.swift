import CertForge
import Foundation

/// One file of an export while it is written, with its digest: nothing is kept but a piece.
final class ExportFile {
  /// A finished file, as the manifest names it.
  struct Facts: Hashable, Sendable, Codable {
    /// Below the folder, with `/`.
    var name: String
    var bytes: Int64
    /// Lower-case hex.
    var sha256: String
    /// Units in it; absent where it has none.
    var rows: Int?
  }

  let name: String
  var rows: Int?
  private let descriptor: CInt
  private let digest = SHA256Stream()
  private var buffer: [UInt8] = []
  private var bytes: Int64 = 0

  private static let piece = 1 << 16

  /// - Parameter folder: nil: what is written is thrown away.
  /// - Throws: `export-failed`.
  init(_ name: String, in folder: String?) throws(Fault) {
    self.name = name
    guard let folder else {
      descriptor = -1
      return
    }
    let path = "\(folder)/\(name)"
    if name.contains("/") {
      let parent = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
      if mkdir(parent, 0o700) != 0, errno != EEXIST { throw Self.failed(parent, "mkdir") }
    }
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if descriptor < 0 { throw Self.failed(path, "open") }
    buffer.reserveCapacity(2 * Self.piece)
  }

  deinit { if descriptor >= 0 { _ = close(descriptor) } }

  func write(_ body: (inout [UInt8]) throws -> Void) throws {
    try body(&buffer)
    if buffer.count >= Self.piece { try flush() }
  }

  func write(_ text: String) throws { try write { $0.append(contentsOf: text.utf8) } }

  /// Everything is on the disk when this returns.
  func finish() throws -> Facts {
    try flush()
    guard descriptor < 0 || fsync(descriptor) == 0 else { throw Self.failed(name, "fsync") }
    return Facts(name: name, bytes: bytes, sha256: Hexadecimal.encode(digest.digest()), rows: rows)
  }

  private func flush() throws(Fault) {
    defer { buffer.removeAll(keepingCapacity: true) }
    guard descriptor >= 0 else { return }
    digest.update(buffer)
    var from = 0
    while from < buffer.count {
      let count = buffer[from...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      if count <= 0 { throw Self.failed(name, "write") }
      from += count
    }
    bytes += Int64(buffer.count)
  }

  static func failed(_ path: String, _ call: String) -> Fault {
    Fault(.exportFailed, ["path": path, "cause": "\(call): \(String(cString: strerror(errno)))"])
  }
}
