/// Where a private key lies: a path, or a URI of one of OpenSSL's stores.
///
/// A PKCS#11 URI may carry its PIN (RFC 7512 section 2.3, `pin-value`); `text` goes to OpenSSL, `shown` to people.
struct KeyLocation: Sendable {
  let text: String

  /// The location without a PIN, as errors name it.
  var shown: String { redact(text) }

  /// `message` without the PIN, wherever a lower layer repeated it.
  func redact(_ message: String) -> String {
    secrets.reduce(message) { $0.replacing($1, with: "...") }
  }

  private var secrets: [Substring] {
    text.split(whereSeparator: { ";&?".contains($0) }).compactMap { part in
      let words = part.split(separator: "=", maxSplits: 1)
      guard words.count == 2, words[0].hasSuffix("pin-value") else { return nil }
      return words[1]
    }
  }
}
