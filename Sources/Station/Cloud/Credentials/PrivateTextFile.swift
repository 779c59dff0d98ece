import CKernel
import Foundation

/// Reads a small text file that may hold a secret.
enum PrivateTextFile {
  enum Trouble: Error, Hashable {
    case missing
    /// The group or others may read it, or it belongs to somebody else; `mode` in octal.
    case exposed(mode: String)
    case unreadable(cause: String)
  }

  static let longest = 64 * 1024

  struct Text {
    var text: String
    /// Only its owner can read it, and the owner is this user or root.
    var isPrivate: Bool
    var mode: String
  }

  /// Permissions are taken from the open descriptor, so that nobody can swap the file in between.
  static func read(_ path: String) throws(Trouble) -> Text {
    // Non-blocking: a FIFO in the file's place must not hold the station.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      let code = errno
      throw code == ENOENT || code == ENOTDIR ? .missing : .unreadable(cause: String(cString: strerror(code)))
    }
    defer { close(descriptor) }
    var facts = station_file_facts()
    let refused = station_file_facts_of(descriptor, &facts)
    guard refused == 0 else { throw .unreadable(cause: String(cString: strerror(refused))) }
    guard facts.mode & S_IFMT == S_IFREG else { throw .unreadable(cause: "not a regular file") }
    guard facts.size <= longest else { throw .unreadable(cause: "longer than \(longest) bytes") }
    var bytes = [UInt8](repeating: 0, count: longest + 1)
    var count = 0
    while count < bytes.count {
      let got = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
      }
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw .unreadable(cause: String(cString: strerror(errno))) }
      if got == 0 { break }
      count += got
    }
    guard count <= longest else { throw .unreadable(cause: "longer than \(longest) bytes") }
    guard let text = String(validating: bytes.prefix(count), as: UTF8.self) else {
      throw .unreadable(cause: "not UTF-8")
    }
    return Text(
      text: text,
      isPrivate: facts.mode & 0o077 == 0 && (facts.owner == geteuid() || facts.owner == 0),
      mode: String(facts.mode & 0o777, radix: 8))
  }

  /// As `read`, and refuses a file that others than its owner may read.
  static func readPrivate(_ path: String) throws(Trouble) -> String {
    let text = try read(path)
    guard text.isPrivate else { throw .exposed(mode: text.mode) }
    return text.text
  }
}

extension PrivateTextFile.Trouble {
  /// What an engineer reads.
  func cause(_ path: String) -> String {
    switch self {
    case .missing: "no file \(path)"
    case .exposed(let mode): "\(path) has mode \(mode): only its owner may read it (chmod 600)"
    case .unreadable(let cause): "\(path): \(cause)"
    }
  }
}
