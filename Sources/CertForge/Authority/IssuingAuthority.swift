internal import COpenSSL
public import Foundation
internal import Synchronization

/// The factory's own certification authority: its certificate, and its private key wherever an OSSL_STORE keeps it.
///
/// May be used by any number of tasks at once. Everything but the signature works on values of the call; the signature
/// itself is made under a lock, because a key in a token (PKCS#11, TPM) is not promised to bear two users at a time.
/// `issue` therefore blocks its thread for as long as the key takes: a tenth of a millisecond for a key in a file.
public final class IssuingAuthority: Sendable {
  /// 2049-12-31T23:59:59Z, the usual end of a device's certificate and the last one that is written as UTCTime.
  public static let usualEnd = Date(timeIntervalSince1970: 2_524_607_999)

  /// How far a certificate's start lies before its making, in seconds: a hub's clock may be behind.
  public static let backDating: TimeInterval = 3600

  /// The authority's certificate.
  public let certificate: Certificate

  private let key: Mutex<AuthorityKey>
  private let random: @Sendable (Int) throws(CertForgeError) -> [UInt8]

  /// Opens the authority's key, at a path or any URI that OpenSSL's stores know (file:, pkcs11:, ...).
  ///
  /// Throws `passphraseMissing` or `passphraseWrong`, `authorityKeyUnreadable`, `authorityKeyUnsafe` for a file that
  /// strangers may read, `authorityKeyMismatch` when the key is not the certificate's, and `authorityUnfit` when the
  /// certificate is none of an authority. `random` gives the serial numbers' bytes.
  public init(
    keyURI: String, certificate: Certificate, passphrase: Passphrase?,
    random: @escaping @Sendable (Int) throws(CertForgeError) -> [UInt8] = SecureRandom.bytes
  ) throws(CertForgeError) {
    let key = try AuthorityKey(uri: keyURI, passphrase: passphrase)
    try key.check(fits: certificate, named: keyURI)
    self.key = Mutex(key)
    self.certificate = certificate
    self.random = random
  }

  /// Issues a hub's client certificate.
  ///
  /// The subject is CN and serialNumber as given here; of the request only its key is used. It is refused when the
  /// request names anybody else. Valid from an hour before `now`, never before the authority's own start, until
  /// `notAfter` or the authority's end if that is earlier.
  public func issue(
    _ request: SigningRequest, commonName: String, serialNumber: String, now: Date, notAfter: Date = usualEnd
  ) throws(CertForgeError) -> Certificate {
    try SubjectRule.check(commonName: commonName, serialNumber: serialNumber)
    try Self.compare(request.commonName, commonName, field: "commonName")
    try Self.compare(request.serialNumber, serialNumber, field: "serialNumber")
    let validity = try validity(now: now, notAfter: notAfter)
    let draft = try CertificateDraft()
    try draft.set(serial: CertificateSerial.draw(random))
    try draft.set(subject: [(NID_commonName, commonName), (NID_serialNumber, serialNumber)])
    try draft.set(notBefore: validity.lowerBound, notAfter: validity.upperBound)
    let publicKey = try request.publicKey.handle()
    try draft.set(publicKey: publicKey.pointer)
    let authority = try Certificate.parse(certificate.der)
    try draft.finish(CertificateDraft.client, issuer: authority.pointer)
    let der = try key.withLock { key throws(CertForgeError) in try draft.signed(by: key.pointer) }
    let issued = try Certificate(der: der)
    // A token that signs with another key than it showed would otherwise be noticed by the cloud, units later.
    guard issued.isIssued(by: certificate) else {
      throw CertForgeError(
        .issueFailed, values: ["authority": certificate.subject],
        cause: "the authority's certificate does not verify what its key signed")
    }
    return issued
  }

  private func validity(now: Date, notAfter: Date) throws(CertForgeError) -> ClosedRange<Int> {
    let format = Date.ISO8601FormatStyle()
    guard now >= certificate.notBefore else {
      throw CertForgeError(
        .clockBeforeAuthority,
        values: ["now": now.formatted(format), "authorityStart": certificate.notBefore.formatted(format)],
        hint: "the station's clock is wrong, or this authority is not yet valid")
    }
    guard now <= certificate.notAfter else {
      throw CertForgeError(
        .authorityExpired,
        values: ["now": now.formatted(format), "authorityEnd": certificate.notAfter.formatted(format)],
        hint: "make a new issuing authority, or set the station's clock")
    }
    let first = max(now.addingTimeInterval(-Self.backDating), certificate.notBefore)
    let last = min(notAfter, certificate.notAfter)
    guard let start = ValidityTime.seconds(first), let end = ValidityTime.seconds(last), now < last else {
      throw CertForgeError(
        .validityRefused, values: ["notAfter": "\(notAfter.timeIntervalSince1970)"],
        cause: "the certificate would end before it is made")
    }
    return start...end
  }

  private static func compare(_ found: String?, _ asked: String, field: String) throws(CertForgeError) {
    guard found == asked else {
      throw CertForgeError(
        .subjectMismatch,
        values: ["field": field, "asked": asked, "found": found.map(SubjectRule.shown) ?? "none"],
        cause: "the request is for somebody else")
    }
  }
}
