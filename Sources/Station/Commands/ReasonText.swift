import ArgumentParser

/// Why something is done, as verbs ask for it: blanks say nothing to whoever reads the record.
enum ReasonText {
  /// - Parameter text: nil: none was given, and the verb does without.
  static func check(_ text: String?, longest: Int) throws {
    guard let text else { return }
    guard text.count <= longest, text.contains(where: { !$0.isWhitespace }) else {
      throw ValidationError("--reason: 1 to \(longest) characters, and not blanks only.")
    }
  }
}
