/// What may stand in a subject that the station writes (RFC 5280 appendix A.1: X.520 CommonName and serialNumber).
public enum SubjectRule {
  /// The longest CN and the longest serialNumber, in characters (ub-common-name, ub-serial-number).
  public static let longest = 64

  /// Throws `subjectRefused` where X.520 does not allow a text.
  public static func check(commonName: String, serialNumber: String) throws(CertForgeError) {
    try check(text: commonName, field: "commonName")
    try check(text: serialNumber, field: "serialNumber")
    guard serialNumber.unicodeScalars.allSatisfy(isPrintableString) else {
      throw CertForgeError(
        .subjectRefused, values: ["field": "serialNumber", "value": shown(serialNumber)],
        cause: "X.520 writes a serial number as PrintableString",
        hint: "letters A-Z a-z, digits, space and ' ( ) + , - . / : = ? only; no underscore, no @, no #")
    }
  }

  /// One text of a name: not empty, at most 64 characters, no control characters.
  static func check(text: String, field: String) throws(CertForgeError) {
    let scalars = text.unicodeScalars
    let cause: String? =
      if scalars.isEmpty {
        "it is empty"
      } else if scalars.count > longest {
        "it has \(scalars.count) characters, \(longest) are allowed"
      } else if hasControlCharacters(text) {
        "it holds control characters"
      } else {
        nil
      }
    if let cause {
      throw CertForgeError(.subjectRefused, values: ["field": field, "value": shown(text)], cause: cause)
    }
  }

  static func hasControlCharacters(_ text: String) -> Bool {
    text.unicodeScalars.contains { $0.properties.generalCategory == .control }
  }

  private static func isPrintableString(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "A"..."Z", "a"..."z", "0"..."9", " ", "'", "(", ")", "+", ",", "-", ".", "/", ":", "=", "?": true
    default: false
    }
  }

  /// The text as it may stand in a log: short, and without control characters.
  static func shown(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.prefix(longest).map { $0.properties.generalCategory == .control ? "?" : $0 }))
  }
}
