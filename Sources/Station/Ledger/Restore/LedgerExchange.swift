import Foundation
import Glibc

/// Puts a restored ledger in the place of the one that was there, and keeps that one beside it.
///
/// A ledger is up to three files (its log belongs to it), and no call renames three at once: a log left beside another
/// database would be played into it. So a mark is written first, durably, once the new file is whole; from then on
/// whoever opens the ledger finishes the exchange, wherever the power was cut.
struct LedgerExchange: Sendable {
  private let file: LedgerFile

  init(_ file: LedgerFile) { self.file = file }

  /// Names the file that the old ledger goes to.
  var markPath: String { file.path + ".exchange" }
  /// The restored ledger until it is in its place.
  var newPath: String { file.path + ".restored" }

  private var folder: String {
    URL(filePath: file.path).deletingLastPathComponent().path(percentEncoded: false)
  }

  /// From here on the exchange will be done, whatever happens.
  ///
  /// - Parameter kept: the name, in the same folder, that the old ledger gets.
  func begin(keeping kept: String) throws(Fault) {
    let partial = markPath + ".partial"
    unlink(partial)
    let descriptor = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw file.refusal("open mark") }
    let text = Array("\(kept)\n".utf8)
    let written = write(descriptor, text, text.count) == text.count && fsync(descriptor) == 0
    let failure = written ? nil : file.refusal("write mark")
    close(descriptor)
    if let failure {
      unlink(partial)
      throw failure
    }
    guard rename(partial, markPath) == 0 else { throw file.refusal("rename mark") }
    try syncFolder()
  }

  /// Finishes what a mark says; without one there is nothing to do. Only for the holder of the ledger's lock.
  func finish() throws(Fault) {
    guard let kept = try mark() else { return }
    if BackupFile.exists(newPath) {
      // Each step is skipped when it was done before the cut.
      for suffix in ["-shm", "-wal", ""] where BackupFile.exists(file.path + suffix) {
        guard rename(file.path + suffix, "\(folder)\(kept)\(suffix)") == 0 else { throw file.refusal("keep") }
      }
      try syncFolder()
      guard rename(newPath, file.path) == 0 else { throw file.refusal("rename restored") }
      try syncFolder()
    }
    guard unlink(markPath) == 0 else { throw file.refusal("remove mark") }
    try syncFolder()
  }

  /// For those who only read: the file that they would see is not the one that will be.
  func refuseUnfinished() throws(Fault) {
    guard BackupFile.exists(markPath) else { return }
    throw Fault(
      .ledgerFailed,
      ["path": file.path, "cause": "a restore was cut off; `station run` or `ledger rebuild` finishes it"])
  }

  private func mark() throws(Fault) -> String? {
    guard BackupFile.exists(markPath) else { return nil }
    let text = (try? String(contentsOfFile: markPath, encoding: .utf8)) ?? ""
    guard let name = Self.kept(text, besides: URL(filePath: file.path).lastPathComponent) else {
      throw Fault(.ledgerFailed, ["path": file.path, "cause": "\(markPath) cannot be read"])
    }
    return name
  }

  /// - Returns: nil for what is no name in the ledger's folder, or one that would cost one of the two ledgers.
  static func kept(_ text: String, besides ledger: String) -> String? {
    let name = text.trimmingCharacters(in: .newlines)
    let isName =
      (1..<256).contains(name.utf8.count) && name != "." && name != ".."
      && name.utf8.allSatisfy { $0 != 0 && $0 != 0x2F }
    let taken = ["", "-wal", "-shm", ".restored", ".exchange"].map { ledger + $0 }
    return isName && !taken.contains(name) ? name : nil
  }

  private func syncFolder() throws(Fault) {
    do throws(Fault) { try BackupFile.sync(folder, O_RDONLY | O_DIRECTORY) } catch {
      throw Fault(.ledgerFailed, ["path": file.path, "cause": error.values["cause"] ?? "fsync"])
    }
  }
}
