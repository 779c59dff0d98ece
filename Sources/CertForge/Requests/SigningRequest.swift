internal import COpenSSL

/// A PKCS#10 certification request (RFC 2986) whose own signature has been checked.
///
/// A value of this type always holds an EC P-256 key and proves that its maker had the private half. RSA and other
/// curves are refused: the station makes none, and asks its hubs for P-256. Attributes and requested extensions are kept
/// in `der` and otherwise ignored; nothing of them reaches a certificate.
public struct SigningRequest: Hashable, Sendable {
  /// The longest PEM that is read, in characters: what AWS IoT takes.
  public static let largestPEM = 4096

  /// The request as it was made.
  public let der: [UInt8]
  /// CN of the subject; nil where there is none.
  public let commonName: String?
  /// serialNumber of the subject; nil where there is none.
  public let serialNumber: String?
  /// The key that the request is for.
  public let publicKey: PublicKey

  /// Reads and checks a request. Hostile input is refused with `requestMalformed`, `requestTooLarge`,
  /// `requestSignatureWrong`, `keyRefused` or `requestSubjectAmbiguous`.
  public init(der: [UInt8]) throws(CertForgeError) {
    guard der.count <= Self.largestPEM else {
      throw CertForgeError(
        .requestTooLarge, values: ["bytes": "\(der.count)", "limit": "\(Self.largestPEM)"])
    }
    ErrorQueue.clear()
    guard
      let request = DER.decode(
        der, releasedBy: { X509_REQ_free($0) }, { next, count in d2i_X509_REQ(nil, next, count) })
    else { throw Self.malformed(ErrorQueue.drain() ?? "bytes follow the request") }
    // Written again it must be the same, or it was BER and two programs could read two things.
    guard DER.encode({ i2d_X509_REQ(request.pointer, $0) }) == der else {
      throw Self.malformed("it is not DER")
    }
    guard let encodedKey = X509_REQ_get_X509_PUBKEY(request.pointer),
      let spki = DER.encode({ i2d_X509_PUBKEY(encodedKey, $0) })
    else { throw Self.malformed(ErrorQueue.drain()) }
    publicKey = try PublicKey(spki: spki)
    guard publicKey.isP256 else {
      throw CertForgeError(
        .keyRefused, cause: "the request's key is not EC P-256 with a named curve",
        hint: "make it with: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256")
    }
    let key = try publicKey.handle()
    guard X509_REQ_verify(request.pointer, key.pointer) == 1 else {
      throw CertForgeError(
        .requestSignatureWrong, cause: ErrorQueue.drain(),
        hint: "the request was altered on its way, or its maker does not hold the key")
    }
    let subject = X509_REQ_get_subject_name(request.pointer)
    commonName = try Self.only(NID_commonName, "commonName", in: subject)
    serialNumber = try Self.only(NID_serialNumber, "serialNumber", in: subject)
    self.der = der
  }

  /// Reads one PEM block, CERTIFICATE REQUEST or NEW CERTIFICATE REQUEST, of at most 4096 characters.
  public init(pem: String) throws(CertForgeError) {
    let labels: Set = ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"]
    try self.init(der: PEM.decode(pem, labels: labels, limit: Self.largestPEM))
  }

  /// The request as PEM.
  public var pem: String { PEM.encode(der, label: "CERTIFICATE REQUEST") }

  public static func == (left: Self, right: Self) -> Bool { left.der == right.der }
  public func hash(into hasher: inout Hasher) { hasher.combine(der) }

  private static func only(
    _ attribute: Int32, _ field: String, in subject: OpaquePointer?
  ) throws(CertForgeError) -> String? {
    guard let values = DistinguishedName.values(of: attribute, in: subject), values.count <= 1 else {
      throw CertForgeError(
        .requestSubjectAmbiguous, values: ["field": field],
        hint: "the subject must have one readable \(field)")
    }
    return values.first
  }

  private static func malformed(_ cause: String?) -> CertForgeError {
    CertForgeError(.requestMalformed, cause: cause, hint: "a whole PKCS#10 request is expected")
  }
}
