/// The factory's own issuing CA.
struct AuthoritySettings: Hashable, Sendable {
  /// PEM file.
  var certificate: String
  /// OSSL_STORE URI: `file:/etc/station/issuing-ca.key`, a TPM handle, a PKCS#11 token.
  var key: String
  var passphrase: PassphraseSource?
  /// The end of what it issues (or the CA's own end if that is earlier).
  var notAfter: Timestamp

  /// RFC 5280 has 9999-12-31 for "no end"; AWS IoT's own certificates end here, and so do these unless told otherwise.
  static let usualEnd = "2049-12-31T23:59:59Z"
}

/// Where the passphrase of a key is read from; never the passphrase itself.
enum PassphraseSource: Hashable, Sendable {
  /// A file that only its owner may read; its first line.
  case file(String)
  /// A systemd credential: a file of this name in $CREDENTIALS_DIRECTORY.
  case credential(String)
}
