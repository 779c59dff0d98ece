import CertForge

extension CommandError {
  /// The issuing CA's troubles, in the words that CertForge has for them.
  init(_ error: CertForgeError) {
    let status: ExitStatus =
      switch error.code {
      case .fileExists, .fileFailed: .cannotCreate
      case .authorityKeyUnsafe, .passphraseFileUnsafe, .passphraseFileUnreadable: .notPermitted
      case .passphraseMissing, .passphraseWrong, .passphraseRefused, .credentialUnavailable,
        .authorityKeyUnreadable,
        .authorityKeyMismatch, .authorityUnfit:
        .settings
      case .certificateMalformed, .certificateTooLarge, .pemMalformed, .pemTooLarge, .recipientRefused:
        .badData
      default: .stationFailed
      }
    let values = error.values.sorted { $0.key < $1.key }.map {
      "\($0.key) \(PrintableText.of($0.value, limit: 200))"
    }
    let words = ([error.code.rawValue] + values).joined(separator: ", ")
    self.init(
      status, code: error.code.rawValue,
      error.cause.map { "\(words): \(PrintableText.of($0, limit: 200))." } ?? "\(words).", hint: error.hint)
  }
}
