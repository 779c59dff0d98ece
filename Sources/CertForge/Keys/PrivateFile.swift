internal import Foundation

/// Reading a small secret file: never follows a permission that is too wide, never blocks, never reads more than asked.
enum PrivateFile {
  /// Reads up to `memory.count` bytes and answers how many. `forbidden` are the permission bits that may not be set.
  static func read(
    _ path: String, into memory: UnsafeMutableRawBufferPointer, forbidden: mode_t
  ) throws(CertForgeError) -> Int {
    // Non-blocking, because opening a FIFO without a writer would wait for ever.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw unreadable(path, String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else { throw unreadable(path, String(cString: strerror(errno))) }
    guard facts.st_mode & S_IFMT == S_IFREG else { throw unreadable(path, "it is not a regular file") }
    guard facts.st_mode & forbidden == 0 else {
      throw CertForgeError(
        .passphraseFileUnsafe,
        values: ["file": path, "mode": String(facts.st_mode & 0o7777, radix: 8)],
        cause: "other users may read or write it", hint: "chmod 600 \(path)")
    }
    guard facts.st_uid == geteuid() || facts.st_uid == 0 else {
      throw CertForgeError(
        .passphraseFileUnsafe, values: ["file": path, "owner": "\(facts.st_uid)"],
        cause: "it belongs to another user, who can change it",
        hint: "give it to the station's user or to root")
    }
    var count = 0
    while count < memory.count, let base = memory.baseAddress {
      let got = Foundation.read(descriptor, base + count, memory.count - count)
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { throw unreadable(path, String(cString: strerror(errno))) }
      if got == 0 { break }
      count += got
    }
    return count
  }

  private static func unreadable(_ path: String, _ cause: String) -> CertForgeError {
    CertForgeError(
      .passphraseFileUnreadable, values: ["file": path], cause: cause,
      hint: "check the path, and that the station's user may read it")
  }
}
