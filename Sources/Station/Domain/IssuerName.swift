/// Who signs certificates, as the journal names it. Never renamed.
enum IssuerName {
  /// The factory's own issuing CA.
  static let stationAuthority = "station-ca"
  /// AWS IoT itself (CreateCertificateFromCsr): each certificate is made in the account the moment it is asked for.
  static let aws = "aws"
}
