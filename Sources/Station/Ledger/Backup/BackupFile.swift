import CKernel
import Foundation
import Glibc

/// A backup while it is made: under a hidden name, mode 0600 from its first byte, and given its own name only when it is
/// whole, verified and synced. Nothing that is there is ever overwritten.
struct BackupFile: Sendable {
  let partial: String
  private let folder: String

  static let partialSuffix = ".partial"

  /// Makes the empty partial file.
  ///
  /// - Parameter name: what it will be called, or nearly so; the partial file is called after it.
  /// - Throws: `backup-failed`.
  init(in folder: String, name: String) throws(Fault) {
    self.folder = folder.isEmpty ? "/" : folder
    partial = Self.path(in: folder, ".\(name)\(Self.partialSuffix)")
    // Of a try that was cut off: the name carries the second, so nobody else is writing it.
    unlink(partial)
    let descriptor = open(partial, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw Self.failed(folder, "making a file") }
    defer { close(descriptor) }
    guard fchmod(descriptor, 0o600) == 0 else {
      let fault = Self.failed(partial, "chmod")
      unlink(partial)
      throw fault
    }
  }

  static func path(in folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }

  /// Makes it durable and gives it its name. No connection may have it open: closing a descriptor of ours would take
  /// SQLite's locks away.
  func publish(as path: String) throws(Fault) {
    try Self.sync(partial, O_RDWR)
    // A link fails where the name is taken; a rename would replace.
    if link(partial, path) == 0 {
      unlink(partial)
    } else {
      // FAT and some network file systems have no links.
      guard errno != EEXIST, !Self.exists(path) else { throw Self.there(path) }
      guard rename(partial, path) == 0 else { throw Self.failed(path, "rename") }
    }
    try Self.sync(folder, O_RDONLY | O_DIRECTORY)
  }

  /// What SQLite may have left beside it too.
  func discard() {
    for suffix in ["", "-journal", "-wal", "-shm"] { unlink(partial + suffix) }
  }

  /// - Throws: `backup-failed`. Some network and FUSE file systems cannot sync a folder.
  static func sync(_ path: String, _ flags: Int32) throws(Fault) {
    let descriptor = open(path, flags | O_CLOEXEC)
    guard descriptor >= 0 else { throw failed(path, "open to sync") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 || (flags & O_DIRECTORY != 0 && errno == EINVAL) else {
      throw failed(path, "fsync")
    }
  }

  static func exists(_ path: String) -> Bool {
    var facts = station_file_facts()
    return station_file_facts_at(path, false, &facts) == 0
  }

  static func failed(_ path: String, _ call: String) -> Fault {
    Fault(.backupFailed, ["path": path, "cause": "\(call): \(String(cString: strerror(errno)))"])
  }

  static func there(_ path: String) -> Fault {
    Fault(.backupFailed, ["path": path, "cause": "it is there; nothing is overwritten"])
  }
}
