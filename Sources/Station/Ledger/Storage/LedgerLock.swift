import Foundation
import Glibc
import Synchronization

/// One live station per ledger: an flock(2) on a file beside it. The kernel lets go of it however the holder dies.
///
/// The file stays: deleting it would let two stations hold locks on two files of one name.
final class LedgerLock: Sendable {
  private let descriptor: Mutex<Int32?>

  /// - Throws: `ledger-locked` with the holder's pid and station; `ledger-read-only`, `ledger-failed`.
  init(_ file: LedgerFile, station: String) throws(Fault) {
    let opened = open(file.lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard opened >= 0 else { throw file.refusal("open lock") }
    guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
      let fault = errno == EWOULDBLOCK ? Self.locked(file, opened) : file.refusal("flock")
      Glibc.close(opened)
      throw fault
    }
    let text = Array("\(getpid()) \(station)\n".utf8)
    // What the file says is a courtesy to whoever is refused; a full disk must not keep the station from its ledger.
    if fchmod(opened, 0o600) == 0, ftruncate(opened, 0) == 0 { _ = pwrite(opened, text, text.count, 0) }
    descriptor = Mutex(opened)
  }

  deinit { release() }

  func release() {
    descriptor.withLock {
      if let held = $0 { Glibc.close(held) }
      $0 = nil
    }
  }

  private static func locked(_ file: LedgerFile, _ descriptor: Int32) -> Fault {
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    let words =
      String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
      .split(separator: "\n").first?.split(separator: " ", maxSplits: 1).map(String.init) ?? []
    return Fault(
      .ledgerLocked,
      [
        "path": file.path, "pid": words.first.map(Printable.text) ?? "unknown",
        "holder": words.dropFirst().first.map(Printable.text) ?? "unknown",
      ])
  }
}
