import Foundation
import Glibc

/// The ledger's place on the disk: its folder, its file, and who may read them.
struct LedgerFile: Sendable {
  /// With every symbolic link followed.
  let path: String

  init(path: String) { self.path = Self.resolved(path) }

  /// One name for one file, whatever links lead to it: the lock, the Door and the sealing key lie beside it, and two
  /// programs that come by two ways must meet there. Of a file that is not there yet, its folder is followed.
  static func resolved(_ path: String) -> String {
    func followed(_ path: String) -> String? {
      guard let found = realpath(path, nil) else { return nil }
      defer { free(found) }
      return String(cString: found)
    }
    if let found = followed(path) { return found }
    let file = URL(filePath: path)
    return followed(file.deletingLastPathComponent().path(percentEncoded: false))
      .map { "\($0 == "/" ? "" : $0)/\(file.lastPathComponent)" } ?? path
  }

  var lockPath: String { path + ".lock" }
  /// SQLite gives the files beside the database the database's own mode.
  var allPaths: [String] { [path, path + "-wal", path + "-shm"] }

  /// Makes a folder that is missing, 0700 whatever the umask; one that is there is left as it is.
  func makeFolder() throws(Fault) {
    let folder = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
    guard access(folder, F_OK) != 0 else { return }
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch { throw Fault(.ledgerFailed, ["path": path, "cause": String(describing: error)]) }
    guard chmod(folder, 0o700) == 0 else { throw refusal("chmod") }
  }

  /// Makes an empty file, 0600, before SQLite would make one as the umask says; of one that is there, asks whether it
  /// may be written, because SQLite falls back to reading in silence. It is not opened for that: closing a second
  /// descriptor lets go of every POSIX lock that this process has on the file, SQLite's own included.
  func claim() throws(Fault) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if descriptor >= 0 {
      guard Glibc.close(descriptor) == 0 else { throw refusal("close") }
    } else {
      guard errno == EEXIST else { throw refusal("open") }
      guard access(path, R_OK | W_OK) == 0 else { throw refusal("access") }
    }
  }

  /// Only once it is known to be a ledger: another program's file keeps its mode.
  func restrict() throws(Fault) {
    for file in allPaths where access(file, F_OK) == 0 {
      guard chmod(file, 0o600) == 0 else { throw refusal("chmod") }
    }
  }

  /// What errno means for the ledger.
  func refusal(_ call: String) -> Fault {
    let number = errno
    let code: FaultCode =
      switch number {
      case EROFS, EACCES, EPERM: .ledgerReadOnly
      case ENOSPC, EDQUOT: .ledgerFull
      default: .ledgerFailed
      }
    return Fault(code, ["path": path, "cause": "\(call): \(String(cString: strerror(number)))"])
  }
}
