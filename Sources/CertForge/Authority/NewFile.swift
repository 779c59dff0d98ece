internal import Foundation

/// Writing a file that must not exist yet, so that nothing is ever overwritten or followed, and making it durable.
enum NewFile {
  /// Creates `path` with exactly `mode`, writes, and syncs the file and its folder. What fails half-way is removed.
  static func write(_ bytes: UnsafeRawBufferPointer, to path: String, mode: mode_t) throws(CertForgeError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
    guard descriptor >= 0 else {
      guard errno == EEXIST else { throw failed(path, "open") }
      throw CertForgeError(
        .fileExists, values: ["file": path],
        hint: "nothing is overwritten: choose another path, or move it away")
    }
    do throws(CertForgeError) {
      defer { close(descriptor) }
      // The umask may have taken bits away.
      guard fchmod(descriptor, mode) == 0 else { throw failed(path, "chmod") }
      var written = 0
      while written < bytes.count, let base = bytes.baseAddress {
        let count = Foundation.write(descriptor, base + written, bytes.count - written)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw failed(path, "write") }
        written += count
      }
      guard fsync(descriptor) == 0 else { throw failed(path, "fsync") }
      try syncFolder(of: path)
    } catch {
      remove(path)
      throw error
    }
  }

  /// Removes a file that this program has just made.
  static func remove(_ path: String) { unlink(path) }

  private static func syncFolder(of path: String) throws(CertForgeError) {
    let folder = (path as NSString).deletingLastPathComponent
    let descriptor = open(folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failed(path, "open folder") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failed(path, "fsync folder") }
  }

  private static func failed(_ path: String, _ call: String) -> CertForgeError {
    CertForgeError(
      .fileFailed, values: ["file": path, "call": call, "errno": "\(errno)"],
      cause: String(cString: strerror(errno)))
  }
}
