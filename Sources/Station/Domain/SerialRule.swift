/// How a model writes its serial numbers.
struct SerialRule: Hashable, Sendable {
  /// A regular expression for the whole normalised serial, for example `SPK[0-9]{8}`.
  var pattern: String
  /// Whether lower-case letters are made upper-case first.
  var upperCased: Bool

  init(pattern: String, upperCased: Bool = true) {
    self.pattern = pattern
    self.upperCased = upperCased
  }

  /// Trims white space, changes case as the rule says, and matches the pattern.
  ///
  /// Whatever the pattern allows, a serial is 1 to 64 characters of `A-Z a-z 0-9 . : -`: it becomes an AWS IoT attribute
  /// value, part of a file name, and the serialNumber of a subject, which is a PrintableString (X.520).
  func normalise(_ raw: String) throws(Fault) -> SerialNumber {
    try normalise(raw, expression())
  }

  /// The pattern, ready to match: for many serials after each other.
  func expression() throws(Fault) -> Regex<AnyRegexOutput> {
    guard let expression = try? Regex(pattern) else {
      throw Fault(.settingsInvalid, ["key": "serial.pattern", "value": pattern])
    }
    return expression
  }

  func normalise(_ raw: String, _ expression: Regex<AnyRegexOutput>) throws(Fault) -> SerialNumber {
    let trimmed = raw.trimming { $0.isWhitespace }
    let text = upperCased ? trimmed.uppercased() : trimmed
    let shown = Printable.text(text)
    let allowed = text.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
        || [0x2E, 0x3A, 0x2D].contains($0)
    }
    guard allowed, (1...64).contains(text.utf8.count) else {
      throw Fault(.serialInvalid, ["serial": shown, "rule": pattern])
    }
    guard (try? expression.wholeMatch(in: text)) != nil else {
      throw Fault(.serialInvalid, ["serial": shown, "rule": pattern])
    }
    return SerialNumber(normalised: text)
  }
}

extension String {
  fileprivate func trimming(_ unwanted: (Character) -> Bool) -> String {
    String(drop(while: unwanted).reversed().drop(while: unwanted).reversed())
  }
}
