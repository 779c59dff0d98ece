/// A drawing (SVG) with named fields in double braces: `{{number}}`.
struct LabelTemplate: Sendable {
  let text: String

  static let largest = 256 << 10

  /// - Throws: for a field that nobody knows, so that a mistyped one is not printed as it stands.
  func filled(with fields: [String: String]) throws(LabelError) -> String {
    var drawing = ""
    var rest = text[...]
    while let open = rest.firstRange(of: "{{") {
      drawing += rest[..<open.lowerBound]
      rest = rest[open.upperBound...]
      guard let close = rest.firstRange(of: "}}") else { throw .unclosed }
      let name = String(rest[..<close.lowerBound])
      guard let value = fields[name] else { throw .unknownField(name, known: fields.keys.sorted()) }
      drawing += Self.escaped(value)
      rest = rest[close.upperBound...]
    }
    return drawing + rest
  }

  /// Fit for text and attributes of XML; control characters never get here (`PrintableText`).
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
