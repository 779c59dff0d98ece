/// Who works at the bench from here on.
struct BadgeScan: Hashable, Sendable, Codable {
  /// nil: logged out; rows are signed again by whoever started the station.
  var badge: String?
  /// Whose turn ended.
  var before: String

  /// A badge is 1 to 64 printable characters without spaces.
  static func isBadge(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }
}

/// What a scanner typed: a command barcode, or something else.
enum ScannedCode: Hashable, Sendable {
  case login(badge: String)
  case logout
  case unknown

  /// `LOGIN 4711`, `LOGIN:4711`, `LOGOUT`, whatever the case of the word: some scanners shift it.
  init(_ line: String) {
    let text = line.filter { !$0.isNewline }
    let word = text.prefix(6)
    if word.uppercased() == "LOGOUT", text.dropFirst(6).allSatisfy(\.isWhitespace) {
      self = .logout
      return
    }
    let badge = text.dropFirst(6).filter { !$0.isWhitespace }
    guard word.count == 6, word.dropLast().uppercased() == "LOGIN", word.last == " " || word.last == ":",
      BadgeScan.isBadge(badge)
    else {
      self = .unknown
      return
    }
    self = .login(badge: badge)
  }
}
