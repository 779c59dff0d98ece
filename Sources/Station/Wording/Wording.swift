/// What a fault means in words: what happened, and what to do with *this* hub now. The wall, the panel, exports and the
/// log all print these.
struct Wording: Hashable, Sendable, Codable {
  /// What happened: at most 120 printable characters.
  var sentence: String
  /// What to do now: at most 120 printable characters.
  var hint: String

  static let longest = 120
  /// A value inside a sentence is cut to this, so that the words around it survive.
  static let longestValue = 40

  init(_ fault: Fault) {
    let words = Self.table(fault.code, Values(fault.values))
    self.sentence = PrintableText.of(words.0, limit: Self.longest)
    self.hint = PrintableText.of(words.1, limit: Self.longest)
  }

  /// Sentence and hint in one: for logs and lists.
  var line: String { "\(sentence) \(hint)" }

  /// The values of a fault, ready to stand in a sentence.
  struct Values {
    private var values: [String: String]

    init(_ values: [String: String]) { self.values = values }

    /// The first of `names` that has a value, else `otherwise`.
    func callAsFunction(_ names: String..., or otherwise: String) -> String {
      for name in names {
        if let value = values[name], !value.isEmpty {
          return PrintableText.of(value, limit: Wording.longestValue)
        }
      }
      return otherwise
    }

    /// A value that is the point of its sentence: cut only where the sentence is.
    func whole(_ name: String, or otherwise: String) -> String {
      guard let value = values[name], !value.isEmpty else { return otherwise }
      return PrintableText.of(value, limit: Wording.longest)
    }

    /// As `phrase`, for a value that is the point of its sentence: cut only where the sentence is.
    func wholePhrase(_ before: String, _ name: String) -> String {
      let value = whole(name, or: "")
      return value.isEmpty ? "" : before + (value.hasSuffix(".") ? String(value.dropLast()) : value)
    }

    /// `before` + the first value that is there + `after`, or nothing at all.
    func phrase(_ before: String, _ names: String..., after: String = "") -> String {
      for name in names {
        if let value = values[name], !value.isEmpty {
          return before + PrintableText.of(value, limit: Wording.longestValue) + after
        }
      }
      return ""
    }
  }
}
