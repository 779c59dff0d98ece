internal import COpenSSL

/// Encrypting a file to the owners of certificates: CMS AuthEnvelopedData (RFC 5083) with AES-256-GCM, as DER, which
/// `openssl cms -decrypt -inform DER -binary` opens.
public enum Envelope {
  /// Reads `file` and writes `output`, which must not exist yet; neither is ever whole in memory.
  ///
  /// Whoever holds the key of one of `recipients` can open it; that it comes from this station is not what it says: sign
  /// what is inside. Throws `fileExists`, `fileFailed`, or `signingFailed` when a certificate's key cannot be
  /// encrypted to.
  public static func encrypt(file: String, to output: String, for recipients: [Certificate])
    throws(CertForgeError)
  {
    ErrorQueue.clear()
    guard !recipients.isEmpty,
      let message = OwnedPointer(
        CMS_AuthEnvelopedData_create(EVP_aes_256_gcm()), releasedBy: { CMS_ContentInfo_free($0) }),
      CMS_set_detached(message.pointer, 0) == 1
    else { throw failed(file) }
    for recipient in recipients {
      let certificate = try Certificate.parse(recipient.der)
      guard CMS_add1_recipient_cert(message.pointer, certificate.pointer, 0) != nil else {
        throw CertForgeError(
          .certificateMalformed, values: ["certificate": recipient.subject], cause: ErrorQueue.drain(),
          hint: "a certificate with an RSA or an EC key is needed")
      }
    }
    // Made here, so that nothing is overwritten or followed; OpenSSL opens it again.
    try NewFile.write(UnsafeRawBufferPointer(start: nil, count: 0), to: output, mode: 0o600)
    guard let source = OwnedPointer(BIO_new_file(file, "rb"), releasedBy: { BIO_free_all($0) }),
      let target = OwnedPointer(BIO_new_file(output, "wb"), releasedBy: { BIO_free_all($0) }),
      i2d_CMS_bio_stream(
        target.pointer, message.pointer, source.pointer, Int32(CMS_STREAM | CMS_BINARY)) == 1,
      forge_bio_flush(target.pointer) == 1
    else {
      let error = failed(file)
      NewFile.remove(output)
      throw error
    }
  }

  private static func failed(_ file: String) -> CertForgeError {
    CertForgeError(.fileFailed, values: ["file": file], cause: ErrorQueue.drain())
  }
}
