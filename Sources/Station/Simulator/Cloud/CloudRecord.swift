import Foundation
import Glibc

/// The simulated cloud's memory on disk: a header and one line for each change, synced before the change is answered.
///
/// A line that was being written when the power went has no line feed: it was never answered, and is cut off.
final class CloudRecord {
  private struct Header: Codable {
    var account: SimulatedAccount
    var furniture: CloudState.Furniture
  }

  let path: String
  private let descriptor: Int32

  /// Opens or creates the file and replays it. What is in the file wins over `initial`.
  static func open(_ path: String, initial: CloudState) throws(SimulatedCloudError) -> (
    CloudRecord, CloudState
  ) {
    let record = try CloudRecord(path: path)
    let lines = try record.lines()
    guard let first = lines.first else {
      try record.append(Header(account: initial.account, furniture: initial.furniture))
      try record.syncFolder()
      return (record, initial)
    }
    let decoder = JSONDecoder()
    var state: CloudState
    do {
      let header = try decoder.decode(Header.self, from: first)
      state = CloudState(account: header.account, furniture: header.furniture)
    } catch { throw .stateUnreadable(path: path, line: 1) }
    for (index, line) in lines.enumerated().dropFirst() {
      do { state.apply(try decoder.decode(CloudChange.self, from: line)) } catch {
        throw .stateUnreadable(path: path, line: index + 1)
      }
    }
    return (record, state)
  }

  private init(path: String) throws(SimulatedCloudError) {
    descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .stateRefused(path: path, call: "open", errno: errno) }
    self.path = path
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw .stateBusy(path: path) }
  }

  deinit { close(descriptor) }

  /// Durable when this returns.
  func append(_ change: CloudChange) throws(SimulatedCloudError) { try append(encodable: change) }

  private func append(_ header: Header) throws(SimulatedCloudError) { try append(encodable: header) }

  private func append(encodable: some Encodable) throws(SimulatedCloudError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var line: [UInt8]
    do { line = Array(try encoder.encode(encodable)) } catch {
      throw .stateRefused(path: path, call: "encode", errno: 0)
    }
    line.append(0x0A)
    var sent = 0
    while sent < line.count {
      let count = line[sent...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw .stateRefused(path: path, call: "write", errno: errno) }
      sent += count
    }
    guard fsync(descriptor) == 0 else { throw .stateRefused(path: path, call: "fsync", errno: errno) }
  }

  private func lines() throws(SimulatedCloudError) -> [Data] {
    guard let content = FileManager.default.contents(atPath: path) else {
      throw .stateRefused(path: path, call: "read", errno: errno)
    }
    let whole = content.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    if whole < content.count, ftruncate(descriptor, off_t(whole)) != 0 {
      throw .stateRefused(path: path, call: "ftruncate", errno: errno)
    }
    return content[..<whole].split(separator: 0x0A)
  }

  /// The name of a new file is durable only once its folder is.
  private func syncFolder() throws(SimulatedCloudError) {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let opened = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard opened >= 0 else { throw .stateRefused(path: folder, call: "open", errno: errno) }
    defer { close(opened) }
    guard fsync(opened) == 0 else { throw .stateRefused(path: folder, call: "fsync", errno: errno) }
  }
}
