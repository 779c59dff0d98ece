internal import COpenSSL

/// An EC P-256 private key. It cannot be copied, lives on the secure heap, and is wiped when this value ends.
///
/// Signing only reads the key, so a borrowed key may be used by several tasks at once.
public struct PrivateKey: ~Copyable, @unchecked Sendable {
  let key: OwnedPointer

  /// The public half.
  public let publicKey: PublicKey

  /// Makes a new key. Throws `keyGenerationFailed`, or `memoryUnavailable` when too many keys are alive.
  public static func generate() throws(CertForgeError) -> PrivateKey {
    SecureHeap.start()
    ErrorQueue.clear()
    var made: OpaquePointer?
    guard
      let context = OwnedPointer(
        EVP_PKEY_CTX_new_from_name(nil, "EC", nil), releasedBy: { EVP_PKEY_CTX_free($0) }),
      EVP_PKEY_keygen_init(context.pointer) == 1,
      EVP_PKEY_CTX_set_group_name(context.pointer, "P-256") == 1,
      EVP_PKEY_generate(context.pointer, &made) == 1,
      let key = OwnedPointer(made, releasedBy: { EVP_PKEY_free($0) })
    else { throw CertForgeError(.keyGenerationFailed, cause: ErrorQueue.drain()) }
    return try PrivateKey(key)
  }

  /// Reads a key in PEM (PKCS#8, encrypted or not, or SEC 1). Throws `keyRefused` for anything but EC P-256.
  public init(pem: UnsafeRawBufferPointer, passphrase: UnsafeRawBufferPointer? = nil) throws(CertForgeError) {
    var secret: Passphrase?
    if let passphrase { secret = try Passphrase(copying: passphrase) }
    try self.init(try KeyStore.read(pem, passphrase: secret))
  }

  init(_ key: consuming OwnedPointer) throws(CertForgeError) {
    let pointer = key.pointer
    guard let spki = DER.encode({ i2d_PUBKEY(pointer, $0) }) else {
      throw CertForgeError(.keyMalformed, cause: ErrorQueue.drain())
    }
    let publicKey = PublicKey(checked: spki)
    guard publicKey.isP256 else {
      throw CertForgeError(.keyRefused, hint: "only EC P-256 keys with a named curve are used")
    }
    self.publicKey = publicKey
    self.key = key
  }

  /// ECDSA over SHA-256 of `message`, as DER (at most 72 bytes).
  public borrowing func sign(_ message: [UInt8]) throws(CertForgeError) -> [UInt8] {
    ErrorQueue.clear()
    var signature = [UInt8](repeating: 0, count: 128)
    var count = signature.count
    guard let context = OwnedPointer(EVP_MD_CTX_new(), releasedBy: { EVP_MD_CTX_free($0) }),
      EVP_DigestSignInit(context.pointer, nil, DigestAlgorithm.sha256.pointer, nil, key.pointer) == 1,
      EVP_DigestSign(context.pointer, &signature, &count, message, message.count) == 1
    else { throw CertForgeError(.signingFailed, cause: ErrorQueue.drain()) }
    return Array(signature.prefix(count))
  }

  /// A PKCS#10 request (RFC 2986) for this key, signed with SHA-256, whose subject is CN and serialNumber.
  /// Throws `subjectRefused` where X.520 does not allow a text (see `SubjectRule`).
  public borrowing func signingRequest(
    commonName: String, serialNumber: String
  ) throws(CertForgeError) -> SigningRequest {
    try SubjectRule.check(commonName: commonName, serialNumber: serialNumber)
    ErrorQueue.clear()
    guard let request = OwnedPointer(X509_REQ_new(), releasedBy: { X509_REQ_free($0) }),
      X509_REQ_set_version(request.pointer, 0) == 1,
      let subject = X509_REQ_get_subject_name(request.pointer),
      DistinguishedName.append(commonName, as: NID_commonName, to: subject),
      DistinguishedName.append(serialNumber, as: NID_serialNumber, to: subject),
      X509_REQ_set_pubkey(request.pointer, key.pointer) == 1,
      X509_REQ_sign(request.pointer, key.pointer, DigestAlgorithm.sha256.pointer) > 0,
      let der = DER.encode({ i2d_X509_REQ(request.pointer, $0) })
    else { throw CertForgeError(.signingFailed, cause: ErrorQueue.drain()) }
    // Read back like a stranger's, so that what leaves here has been checked once.
    return try SigningRequest(der: der)
  }

  /// Lends the key as PKCS#8 PEM to `body` and wipes it afterwards, also when `body` throws.
  /// The pointer must not escape, and what is copied from it is the caller's to wipe.
  public borrowing func withPEM<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
    let text = try PrivateKeyText(key.pointer, publicKey)
    return try body(text.bytes)
  }
}
