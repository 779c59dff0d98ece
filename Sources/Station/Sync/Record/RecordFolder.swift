import Foundation

/// One open folder; files are reached through its descriptor. All calls block.
final class RecordFolder {
  let path: String
  private let descriptor: CInt

  /// - Throws: `record-unreachable`.
  init(_ path: String) throws(Fault) {
    self.path = path
    descriptor = Foundation.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if descriptor < 0 { throw Self.fault(path, "opening it: \(Self.reason())") }
  }

  deinit { _ = close(descriptor) }

  func fault(_ cause: String) -> Fault { Self.fault(path, cause) }

  /// - Parameter limit: one byte more is read at most, so that a longer file differs.
  /// - Returns: nil when there is no such file.
  func read(_ name: String, limit: Int) throws(Fault) -> Data? {
    let file = openat(descriptor, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    if file < 0 {
      if errno == ENOENT { return nil }
      throw fault("reading \(name): \(Self.reason())")
    }
    defer { _ = close(file) }
    var data = Data()
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while data.count <= limit {
      let count = Foundation.read(file, &buffer, min(buffer.count, limit + 1 - data.count))
      if count < 0, errno == EINTR { continue }
      if count < 0 { throw fault("reading \(name): \(Self.reason())") }
      if count == 0 { return data }
      data.append(contentsOf: buffer[..<count])
    }
    return data
  }

  /// Never visible in part: written under another name, synced, renamed, and the folder synced, for a rename alone may
  /// be gone after a power cut.
  func write(_ name: String, _ data: Data) throws(Fault) {
    let partial = ".\(name).partial"
    _ = unlinkat(descriptor, partial, 0)
    let file = openat(descriptor, partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if file < 0 { throw fault("writing \(name): \(Self.reason())") }
    var failure = Self.writeAll(data, to: file) ? nil : Self.reason()
    if failure == nil, fsync(file) != 0 { failure = Self.reason() }
    // Network file systems tell of a failed write at close.
    if close(file) != 0, failure == nil { failure = Self.reason() }
    if failure == nil, renameat(descriptor, partial, descriptor, name) != 0 { failure = Self.reason() }
    // Some network and FUSE file systems cannot sync a folder; their rename is as durable as it gets.
    if failure == nil, fsync(descriptor) != 0, errno != EINVAL { failure = Self.reason() }
    if let failure {
      _ = unlinkat(descriptor, partial, 0)
      throw fault("writing \(name): \(failure)")
    }
  }

  func remove(_ name: String) { _ = unlinkat(descriptor, name, 0) }

  func names() throws(Fault) -> [String] {
    do { return try FileManager.default.contentsOfDirectory(atPath: path) } catch {
      throw fault("listing it: \(error.localizedDescription)")
    }
  }

  static func isPartial(_ file: String, of station: String) -> Bool {
    guard file.hasPrefix("."), file.hasSuffix(".partial") else { return false }
    return RecordSegmentName(file: String(file.dropFirst().dropLast(".partial".count)))?.station == station
  }

  private static func writeAll(_ data: Data, to file: CInt) -> Bool {
    data.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = Foundation.write(file, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count < 0, errno == EINTR { continue }
        if count <= 0 { return false }
        rest = rest.dropFirst(count)
      }
      return true
    }
  }

  private static func fault(_ path: String, _ cause: String) -> Fault {
    Fault(.recordUnreachable, ["place": path, "cause": cause])
  }

  private static func reason() -> String { String(cString: strerror(errno)) }
}
