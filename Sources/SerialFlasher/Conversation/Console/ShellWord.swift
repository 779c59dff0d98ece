/// Quoting for a POSIX shell: the one place where text of the outside becomes part of a command.
enum ShellWord {
  /// One word that the shell takes as it stands, whatever is in it.
  static func quoted(_ text: String) -> String {
    if !text.isEmpty, text.utf8.allSatisfy(isPlain) { return text }
    return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2E, 0x2F, 0x2D, 0x5F, 0x3A, 0x2C, 0x40: true
    default: false
    }
  }
}
