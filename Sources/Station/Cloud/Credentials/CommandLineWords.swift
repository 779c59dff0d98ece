/// Splits `credential_process` into words as a POSIX shell would, without expanding anything.
enum CommandLineWords {
  /// - Returns: nil when a quote is not closed or a backslash ends the text.
  static func split(_ text: String) -> [String]? {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var characters = text.makeIterator()
    while let character = characters.next() {
      switch (quote, character) {
      case ("'", "'"), ("\"", "\""): quote = nil
      case ("'", _): word?.append(character)
      case ("\"", "\\"):
        guard let next = characters.next() else { return nil }
        // Inside double quotes a backslash escapes only itself, the quote, `$` and the back-tick.
        if !"\\\"$`".contains(next) { word?.append("\\") }
        word?.append(next)
      case (nil, "\\"):
        guard let next = characters.next() else { return nil }
        word = (word ?? "") + String(next)
      case (nil, "'"), (nil, "\""):
        quote = character
        word = word ?? ""
      case (nil, " "), (nil, "\t"), (nil, "\n"):
        if let complete = word { words.append(complete) }
        word = nil
      default: word = (word ?? "") + String(character)
      }
    }
    guard quote == nil else { return nil }
    if let complete = word { words.append(complete) }
    return words
  }
}
