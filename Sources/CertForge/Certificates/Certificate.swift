internal import COpenSSL
public import Foundation

/// An X.509 certificate as it was read; that it is well formed says nothing about who made it (see `CertificateChain`).
public struct Certificate: Hashable, Sendable {
  /// The largest one that is read, in bytes of DER.
  public static let largestEncoding = 64 * 1024

  /// The certificate's bytes.
  public let der: [UInt8]
  /// SHA-256 of the DER in lower-case hexadecimal: what AWS IoT calls the certificate id.
  public let fingerprint: String
  /// CN of the subject; nil where there is none, or more than one.
  public let commonName: String?
  /// serialNumber of the subject; nil where there is none, or more than one.
  public let subjectSerialNumber: String?
  /// The subject as RFC 2253 writes it.
  public let subject: String
  /// The issuer as RFC 2253 writes it.
  public let issuer: String
  /// The certificate's own serial number in lower-case hexadecimal.
  public let serialNumber: String
  /// The first second at which it is valid.
  public let notBefore: Date
  /// The last second at which it is valid.
  public let notAfter: Date
  /// The certified key, of any algorithm.
  public let publicKey: PublicKey
  /// Whether its basic constraints make it a certification authority.
  public let isAuthority: Bool
  /// The subject key identifier, where it has one.
  public let subjectKeyIdentifier: [UInt8]?
  /// The authority key identifier's key identifier, where it has one.
  public let authorityKeyIdentifier: [UInt8]?

  /// Reads one certificate and refuses bytes after it. Throws `certificateTooLarge` or `certificateMalformed`.
  public init(der: [UInt8]) throws(CertForgeError) {
    let certificate = try Self.parse(der)
    let handle = certificate.pointer
    guard DER.encode({ i2d_X509(handle, $0) }) == der else { throw Self.malformed("it is not DER") }
    guard let encodedKey = X509_get_X509_PUBKEY(handle),
      let spki = DER.encode({ i2d_X509_PUBKEY(encodedKey, $0) })
    else { throw Self.malformed(ErrorQueue.drain()) }
    publicKey = try PublicKey(spki: spki)
    guard let notBefore = ValidityTime.date(X509_get0_notBefore(handle)),
      let notAfter = ValidityTime.date(X509_get0_notAfter(handle))
    else { throw Self.malformed("its validity is no time") }
    let name = X509_get_subject_name(handle)
    guard let subject = DistinguishedName.text(of: name),
      let issuer = DistinguishedName.text(of: X509_get_issuer_name(handle)),
      let serialNumber = Self.serialNumber(handle)
    else { throw Self.malformed(ErrorQueue.drain()) }
    self.der = der
    self.notBefore = notBefore
    self.notAfter = notAfter
    self.subject = subject
    self.issuer = issuer
    self.serialNumber = serialNumber
    fingerprint = Digest.sha256Hex(der)
    commonName = Self.only(NID_commonName, in: name)
    subjectSerialNumber = Self.only(NID_serialNumber, in: name)
    isAuthority = X509_check_ca(handle) == 1
    subjectKeyIdentifier = Self.bytes(X509_get0_subject_key_id(handle))
    authorityKeyIdentifier = Self.bytes(X509_get0_authority_key_id(handle))
  }

  /// Reads the only PEM block of `pem`.
  public init(pem: String) throws(CertForgeError) {
    try self.init(der: PEM.decode(pem, labels: ["CERTIFICATE"], limit: Self.largestEncoding / 2 * 3))
  }

  /// All certificates of a bundle of at most one mebibyte, in their order; none is an error.
  public static func bundle(pem: String) throws(CertForgeError) -> [Certificate] {
    var certificates: [Certificate] = []
    for block in try PEM.blocks(in: pem, limit: 1 << 20) where block.label == "CERTIFICATE" {
      certificates.append(try Certificate(der: block.bytes))
    }
    guard !certificates.isEmpty else { throw malformed("the bundle holds no certificate") }
    return certificates
  }

  /// The certificate as PEM.
  public var pem: String { PEM.encode(der, label: "CERTIFICATE") }

  /// Whether `authority` is named as the issuer, may sign certificates, and its key made this signature.
  /// Validity is not looked at: see `CertificateChain.verify`.
  public func isIssued(by authority: Certificate) -> Bool {
    guard let child = try? Self.parse(der), let parent = try? Self.parse(authority.der),
      let key = try? authority.publicKey.handle()
    else { return false }
    defer { ErrorQueue.clear() }
    return X509_check_ca(parent.pointer) == 1
      && X509_check_issued(parent.pointer, child.pointer) == X509_V_OK
      && X509_verify(child.pointer, key.pointer) == 1
  }

  public static func == (left: Self, right: Self) -> Bool { left.der == right.der }
  public func hash(into hasher: inout Hasher) { hasher.combine(der) }

  /// The bytes as an X509, which the caller owns.
  static func parse(_ der: [UInt8]) throws(CertForgeError) -> OwnedPointer {
    guard der.count <= largestEncoding else {
      throw CertForgeError(
        .certificateTooLarge, values: ["bytes": "\(der.count)", "limit": "\(largestEncoding)"])
    }
    ErrorQueue.clear()
    guard
      let certificate = DER.decode(
        der, releasedBy: { X509_free($0) }, { next, count in d2i_X509(nil, next, count) })
    else { throw malformed(ErrorQueue.drain() ?? "bytes follow the certificate") }
    return certificate
  }

  private static func only(_ attribute: Int32, in name: OpaquePointer?) -> String? {
    guard let values = DistinguishedName.values(of: attribute, in: name), values.count == 1 else {
      return nil
    }
    return values.first
  }

  private static func serialNumber(_ certificate: OpaquePointer) -> String? {
    guard
      let number = OwnedPointer(
        ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nil), releasedBy: { BN_free($0) }),
      let text = BN_bn2hex(number.pointer)
    else { return nil }
    defer { forge_release(text) }
    return String(cString: text).lowercased()
  }

  private static func bytes(_ value: UnsafePointer<ASN1_OCTET_STRING>?) -> [UInt8]? {
    guard let value, let data = ASN1_STRING_get0_data(value) else { return nil }
    return Array(UnsafeBufferPointer(start: data, count: Int(ASN1_STRING_length(value))))
  }

  private static func malformed(_ cause: String?) -> CertForgeError {
    CertForgeError(.certificateMalformed, cause: cause, hint: "one whole X.509 certificate is expected")
  }
}
