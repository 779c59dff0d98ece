internal import COpenSSL

/// A certificate while it is being written. Its extensions are constants of this program; nothing of a request and no
/// text from outside ever reaches OpenSSL's extension syntax, in which a comma would start another value.
struct CertificateDraft: ~Copyable {
  /// An extension as OpenSSL's configuration syntax writes it.
  struct Extension: Sendable {
    let number: Int32
    let value: String
  }

  /// A certification authority that signs end entities only.
  static let authority = [
    Extension(number: NID_basic_constraints, value: "critical,CA:TRUE,pathlen:0"),
    Extension(number: NID_key_usage, value: "critical,keyCertSign,cRLSign"),
    Extension(number: NID_subject_key_identifier, value: "hash"),
  ]

  /// A hub's client certificate.
  static let client = [
    Extension(number: NID_basic_constraints, value: "critical,CA:FALSE"),
    Extension(number: NID_key_usage, value: "critical,digitalSignature"),
    Extension(number: NID_ext_key_usage, value: "clientAuth"),
    Extension(number: NID_subject_key_identifier, value: "hash"),
    Extension(number: NID_authority_key_identifier, value: "keyid:always"),
  ]

  private let certificate: OwnedPointer

  init() throws(CertForgeError) {
    ErrorQueue.clear()
    guard let certificate = OwnedPointer(X509_new(), releasedBy: { X509_free($0) }),
      X509_set_version(certificate.pointer, 2) == 1  // version 3
    else { throw CertForgeError(.memoryUnavailable, cause: ErrorQueue.drain()) }
    self.certificate = certificate
  }

  /// A positive number, highest byte first.
  func set(serial: [UInt8]) throws(CertForgeError) {
    let number = OwnedPointer(BN_bin2bn(serial, Int32(serial.count), nil), releasedBy: { BN_free($0) })
    guard let number, let field = X509_get_serialNumber(certificate.pointer),
      BN_to_ASN1_INTEGER(number.pointer, field) != nil
    else { throw failed("serial number") }
  }

  /// The subject, attribute by attribute.
  func set(subject: [(attribute: Int32, text: String)]) throws(CertForgeError) {
    let name = X509_get_subject_name(certificate.pointer)
    for (attribute, text) in subject {
      guard let name, DistinguishedName.append(text, as: attribute, to: name) else { throw failed("subject") }
    }
  }

  /// Whole seconds since 1970, both inclusive.
  func set(notBefore: Int, notAfter: Int) throws(CertForgeError) {
    guard ValidityTime.set(certificate.pointer, notBefore: notBefore, notAfter: notAfter) else {
      throw failed("validity")
    }
  }

  func set(publicKey: OpaquePointer) throws(CertForgeError) {
    guard X509_set_pubkey(certificate.pointer, publicKey) == 1 else { throw failed("public key") }
  }

  /// Names the issuer and adds the extensions; `issuer` nil means self-signed. To be called once all else is set,
  /// because the key identifiers are taken from the keys.
  func finish(_ extensions: [Extension], issuer: OpaquePointer?) throws(CertForgeError) {
    let issuer = issuer ?? certificate.pointer
    guard X509_set_issuer_name(certificate.pointer, X509_get_subject_name(issuer)) == 1 else {
      throw failed("issuer")
    }
    var context = X509V3_CTX()
    X509V3_set_ctx(&context, issuer, certificate.pointer, nil, nil, 0)
    for one in extensions {
      let made = OwnedPointer(
        X509V3_EXT_conf_nid(nil, &context, one.number, one.value), releasedBy: { X509_EXTENSION_free($0) })
      guard let made, X509_add_ext(certificate.pointer, made.pointer, -1) == 1 else {
        throw failed("extension \(one.value)")
      }
    }
  }

  /// Signs with SHA-256 and answers the DER.
  func signed(by key: OpaquePointer) throws(CertForgeError) -> [UInt8] {
    let pointer = certificate.pointer
    guard X509_sign(pointer, key, DigestAlgorithm.sha256.pointer) > 0,
      let der = DER.encode({ i2d_X509(pointer, $0) })
    else { throw failed("signature") }
    return der
  }

  private func failed(_ part: String) -> CertForgeError {
    CertForgeError(.issueFailed, values: ["part": part], cause: ErrorQueue.drain())
  }
}
