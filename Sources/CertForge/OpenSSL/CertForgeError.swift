/// What went wrong, for a program (`code`, `values`) and for a person (`cause`, `hint`).
///
/// Never holds key material or a passphrase; `cause` is the text of OpenSSL's error queue or of errno.
public struct CertForgeError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Stable names: they may be stored and compared.
  public enum Code: String, Hashable, Sendable, CaseIterable {
    case randomUnavailable
    case memoryUnavailable
    case keyGenerationFailed
    case keyMalformed
    case keyRefused
    case signingFailed
    case hexadecimalMalformed
    case pemMalformed
    case pemTooLarge
    case requestMalformed
    case requestTooLarge
    case requestSignatureWrong
    case requestSubjectAmbiguous
    case subjectRefused
    case subjectMismatch
    case certificateMalformed
    case certificateTooLarge
    case chainRefused
    case passphraseMissing
    case passphraseWrong
    case passphraseRefused
    case passphraseFileUnsafe
    case passphraseFileUnreadable
    case credentialUnavailable
    case authorityKeyUnreadable
    case authorityKeyUnsafe
    case authorityKeyMismatch
    case authorityUnfit
    case authorityExpired
    case clockBeforeAuthority
    case validityRefused
    case issueFailed
    case fileExists
    case fileFailed
    case recipientRefused
  }

  /// Which kind of trouble.
  public let code: Code
  /// The values that the trouble is about, by name.
  public let values: [String: String]
  /// What the layer below said, where it said something.
  public let cause: String?
  /// What to do about it.
  public let hint: String?

  public init(_ code: Code, values: [String: String] = [:], cause: String? = nil, hint: String? = nil) {
    self.code = code
    self.values = values
    self.cause = cause
    self.hint = hint
  }

  public var description: String {
    var text = code.rawValue
    for (name, value) in values.sorted(by: { $0.key < $1.key }) { text += " \(name)=\(value)" }
    if let cause { text += ": \(cause)" }
    if let hint { text += " (\(hint))" }
    return text
  }
}
