internal import COpenSSL

/// Encrypting a file to the owners of certificates: CMS AuthEnvelopedData (RFC 5083) with AES-256-GCM, as DER, which
/// `openssl cms -decrypt -inform DER -binary` opens.
public enum Envelope {
  /// Reads `file` and writes `output`, which must not exist yet; neither is ever whole in memory.
  ///
  /// Whoever holds the key of one of `recipients` can open it; that it comes from this station is not what it says: sign
  /// what is inside. Throws `fileExists`, `fileFailed`, or `recipientRefused` when a certificate's key cannot be
  /// encrypted to; `check` says so of each beforehand.
  public static func encrypt(file: String, to output: String, for recipients: [Certificate])
    throws(CertForgeError)
  {
    ErrorQueue.clear()
    guard !recipients.isEmpty, let message = envelope() else { throw failed(file) }
    for recipient in recipients { try add(recipient, to: message) }
    // Made here, so that nothing is overwritten or followed; OpenSSL opens it again.
    try NewFile.write(UnsafeRawBufferPointer(start: nil, count: 0), to: output, mode: 0o600)
    guard let source = OwnedPointer(BIO_new_file(file, "rb"), releasedBy: { BIO_free_all($0) }),
      let target = OwnedPointer(BIO_new_file(output, "wb"), releasedBy: { BIO_free_all($0) }),
      stream(source, message, target)
    else {
      let error = failed(file)
      NewFile.remove(output)
      throw error
    }
  }

  /// Encrypts a byte to it and throws that away: only then does OpenSSL say that a key is not one to encrypt to. Throws
  /// `recipientRefused`.
  public static func check(_ recipient: Certificate) throws(CertForgeError) {
    ErrorQueue.clear()
    guard let message = envelope() else { throw refused(recipient) }
    try add(recipient, to: message)
    // Of no byte at all OpenSSL makes no message.
    guard let source = OwnedPointer(BIO_new(BIO_s_mem()), releasedBy: { BIO_free_all($0) }),
      BIO_write(source.pointer, [0], 1) == 1,
      let target = OwnedPointer(BIO_new(BIO_s_null()), releasedBy: { BIO_free_all($0) }),
      stream(source, message, target)
    else { throw refused(recipient) }
  }

  /// For nobody yet.
  private static func envelope() -> OwnedPointer? {
    let message = OwnedPointer(
      CMS_AuthEnvelopedData_create(EVP_aes_256_gcm()), releasedBy: { CMS_ContentInfo_free($0) })
    guard let message, CMS_set_detached(message.pointer, 0) == 1 else { return nil }
    return message
  }

  private static func add(_ recipient: Certificate, to message: borrowing OwnedPointer) throws(CertForgeError)
  {
    let certificate = try Certificate.parse(recipient.der)
    guard CMS_add1_recipient_cert(message.pointer, certificate.pointer, 0) != nil else {
      throw refused(recipient)
    }
  }

  private static func stream(
    _ source: borrowing OwnedPointer, _ message: borrowing OwnedPointer, _ target: borrowing OwnedPointer
  ) -> Bool {
    i2d_CMS_bio_stream(
      target.pointer, message.pointer, source.pointer, Int32(CMS_STREAM | CMS_BINARY)) == 1
      && forge_bio_flush(target.pointer) == 1
  }

  private static func refused(_ recipient: Certificate) -> CertForgeError {
    CertForgeError(
      .recipientRefused, values: ["certificate": recipient.subject], cause: ErrorQueue.drain(),
      hint: "a certificate with an RSA or an EC key is needed")
  }

  private static func failed(_ file: String) -> CertForgeError {
    CertForgeError(.fileFailed, values: ["file": file], cause: ErrorQueue.drain())
  }
}
