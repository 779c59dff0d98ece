internal import COpenSSL

/// A private key as encrypted PKCS#8 PEM (RFC 5958 section 3), safe to be written to a file.
struct EncryptedKeyText: ~Copyable {
  // Opening costs about a quarter of a second, once at the station's start; guessing costs that for every guess.
  private static let rounds: Int32 = 600_000
  private static let saltSize: Int32 = 16

  private let output: OwnedPointer

  /// PBES2 with PBKDF2-HMAC-SHA-256 and AES-256-CBC: what every OpenSSL since 1.1 opens.
  init(_ key: borrowing PrivateKey, passphrase: Passphrase) throws(CertForgeError) {
    ErrorQueue.clear()
    let plain = OwnedPointer(EVP_PKEY2PKCS8(key.key.pointer), releasedBy: { PKCS8_PRIV_KEY_INFO_free($0) })
    let scheme = PKCS5_pbe2_set_iv(
      EVP_aes_256_cbc(), Self.rounds, nil, Self.saltSize, nil, NID_hmacWithSHA256)
    guard let plain, let scheme else {
      X509_ALGOR_free(scheme)
      throw CertForgeError(.signingFailed, cause: ErrorQueue.drain())
    }
    let encrypted = passphrase.withBytes { bytes in
      PKCS8_set0_pbe(
        bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count), plain.pointer, scheme)
    }
    // The scheme belongs to the result only when there is one.
    if encrypted == nil { X509_ALGOR_free(scheme) }
    guard let sealed = OwnedPointer(encrypted, releasedBy: { X509_SIG_free($0) }),
      let output = OwnedPointer(BIO_new(BIO_s_mem()), releasedBy: { BIO_free_all($0) }),
      PEM_write_bio_PKCS8(output.pointer, sealed.pointer) == 1
    else { throw CertForgeError(.signingFailed, cause: ErrorQueue.drain()) }
    self.output = output
  }

  var bytes: UnsafeRawBufferPointer {
    var start: UnsafeMutablePointer<CChar>?
    let count = forge_bio_contents(output.pointer, &start)
    return UnsafeRawBufferPointer(start: start, count: count)
  }
}
