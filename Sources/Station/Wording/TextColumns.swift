/// How many columns text takes on a terminal, and cutting and filling it to a number of them.
enum TextColumns {
  /// Wide and full-width characters (Unicode Standard Annex 11, the ranges that terminals agree on) take two.
  static func count(_ text: String) -> Int { text.unicodeScalars.reduce(0) { $0 + width($1) } }

  /// At most `columns`; what is cut off is replaced by `…`.
  static func cut(_ text: String, to columns: Int) -> String {
    guard count(text) > columns else { return text }
    guard columns > 0 else { return "" }
    var shown = String.UnicodeScalarView()
    var used = 0
    for scalar in text.unicodeScalars {
      let width = width(scalar)
      if used + width > columns - 1 { break }
      shown.append(scalar)
      used += width
    }
    return String(shown) + "…"
  }

  /// Exactly `columns`: cut, or filled with blanks on the right.
  static func fit(_ text: String, to columns: Int) -> String {
    let shown = cut(text, to: columns)
    return shown + String(repeating: " ", count: max(0, columns - count(shown)))
  }

  private static func width(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
      0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE4F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF,
      0x20000...0x3FFFD:
      2
    default: 1
    }
  }
}
