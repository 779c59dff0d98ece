import Glibc

/// A symbolic link that leads to a device whose own name changes at every plug, as /dev/serial/by-path has them.
enum StableLink {
  /// Makes or moves the link in one step: whoever opens it meets the old device or the new one, never nothing.
  static func point(_ path: String, at device: String) throws(PseudoTerminalError) {
    let temporary = "\(path).new"
    unlink(temporary)
    guard symlink(device, temporary) == 0 else { throw .linkRefused(path: path, errno: errno) }
    guard rename(temporary, path) == 0 else {
      let refused = errno
      unlink(temporary)
      throw .linkRefused(path: path, errno: refused)
    }
  }

  /// Takes the link away, and nothing that is not a link.
  static func remove(_ path: String) {
    var facts = stat()
    if lstat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFLNK { unlink(path) }
  }
}
