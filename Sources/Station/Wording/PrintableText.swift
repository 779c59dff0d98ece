/// Text from a hub, a server or a file, made fit for a screen, a log or a label list.
enum PrintableText {
  /// Control characters, line breaks and characters that hide or turn text around become visible escapes; longer text
  /// is cut and ends in `…`.
  ///
  /// A hub's serial number may carry an escape sequence that paints a false PASS, or U+202E that turns a line around.
  static func of(_ text: some StringProtocol, limit: Int = 400) -> String {
    var shown = ""
    var length = 0
    for scalar in text.unicodeScalars {
      let piece = isSafe(scalar) ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
      if length + piece.unicodeScalars.count > limit {
        while length > limit - 1, !shown.isEmpty {
          shown.unicodeScalars.removeLast()
          length -= 1
        }
        return shown + "…"
      }
      shown += piece
      length += piece.unicodeScalars.count
    }
    return shown
  }

  private static func isSafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
    // A pile of combining marks can climb over the lines above.
    case .enclosingMark, .nonspacingMark: false
    case .spaceSeparator: scalar == " "
    default: true
    }
  }
}
