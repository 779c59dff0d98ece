import Foundation

/// Verifier keys and checkpoints as people give them to a verb.
enum SealInput {
  /// A verifier key, or the path of a file with one.
  static func key(_ text: String) throws -> VerifierKey {
    if let key = VerifierKey(text) { return key }
    if let file = try? contents(text), let key = VerifierKey(file) { return key }
    throw CommandError(
      .badData, code: "key-invalid",
      "\(PrintableText.of(text, limit: 120)) is neither a verifier key nor a file with one.",
      hint: "`station seal key` prints the station's: NAME+HEX+BASE64.")
  }

  /// A signed note with a checkpoint.
  ///
  /// - Parameter trusted: one of these must have signed; none: the signature is not looked at, because the rows have to
  ///   agree with it anyhow.
  static func checkpoint(_ path: String, trusted: [VerifierKey]) throws -> Checkpoint {
    let shown = PrintableText.of(path, limit: 200)
    guard let note = SignedNote(try contents(path)), let checkpoint = Checkpoint(text: note.text) else {
      throw CommandError(
        .badData, code: "checkpoint-invalid", "\(shown) is not a checkpoint.",
        hint: "It is what `station seal show` prints, or checkpoint.txt of an export.")
    }
    guard trusted.isEmpty || trusted.contains(where: { note.isSigned(by: $0) }) else {
      throw CommandError(
        .notVerified, code: "checkpoint-unsigned", "\(shown) is not signed by the key that is trusted.")
    }
    return checkpoint
  }

  static func contents(_ path: String, limit: Int = SignedNote.longest) throws -> String {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw CommandError(
        .badData, code: "file-missing", "There is no file \(PrintableText.of(path, limit: 200)).")
    }
    defer { try? handle.close() }
    let data = try handle.read(upToCount: limit + 1) ?? Data()
    guard data.count <= limit, let text = String(validating: data, as: UTF8.self) else {
      throw CommandError(
        .badData, code: "file-invalid",
        "\(PrintableText.of(path, limit: 200)) is too long or not UTF-8 text.")
    }
    return text
  }
}
