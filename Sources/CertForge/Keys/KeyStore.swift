internal import COpenSSL

/// Opens a private key through OSSL_STORE: a file, or whatever a configured provider answers for a URI
/// (a TPM, a PKCS#11 token). Nothing here ever prompts on a terminal.
enum KeyStore {
  /// The key at `uri` (a plain path, file:, pkcs11:, ...), owned by the caller as an EVP_PKEY.
  static func open(uri: String, passphrase: Passphrase?) throws(CertForgeError) -> OwnedPointer {
    guard !uri.isEmpty, !uri.contains("\0") else {
      throw CertForgeError(.authorityKeyUnreadable, values: ["key": uri], cause: "it names nothing")
    }
    let location = KeyLocation(text: uri)
    return try load(location, otherwise: .authorityKeyUnreadable, passphrase: passphrase) { method, answer in
      OSSL_STORE_open_ex(uri, nil, nil, method, answer, nil, nil, nil)
    }
  }

  /// The key that lies, as PEM or DER, in `bytes`.
  static func read(_ bytes: UnsafeRawBufferPointer, passphrase: Passphrase?) throws(CertForgeError)
    -> OwnedPointer
  {
    guard let count = Int32(exactly: bytes.count), count > 0, count <= 64 * 1024,
      let source = OwnedPointer(BIO_new_mem_buf(bytes.baseAddress, count), releasedBy: { BIO_free_all($0) })
    else { throw CertForgeError(.keyMalformed, values: ["bytes": "\(bytes.count)"]) }
    let location = KeyLocation(text: "memory")
    return try load(location, otherwise: .keyMalformed, passphrase: passphrase) { method, answer in
      OSSL_STORE_attach(source.pointer, "file", nil, nil, method, answer, nil, nil, nil)
    }
  }

  private static func load(
    _ location: KeyLocation, otherwise code: CertForgeError.Code, passphrase: Passphrase?,
    _ openStore: (OpaquePointer, UnsafeMutableRawPointer) -> OpaquePointer?
  ) throws(CertForgeError) -> OwnedPointer {
    SecureHeap.start()
    ErrorQueue.clear()
    let answer = PassphraseAnswer(passphrase)
    guard let method = PassphraseAnswer.method() else {
      throw CertForgeError(.memoryUnavailable, cause: ErrorQueue.drain())
    }
    let key = withExtendedLifetime(answer) { () -> OwnedPointer? in
      guard
        let store = OwnedPointer(
          openStore(method.pointer, Unmanaged.passUnretained(answer).toOpaque()),
          releasedBy: { OSSL_STORE_close($0) })
      else { return nil }
      _ = OSSL_STORE_expect(store.pointer, OSSL_STORE_INFO_PKEY)
      // A store may hold many things; a key is looked for among the first few.
      for _ in 0..<32 where OSSL_STORE_eof(store.pointer) == 0 {
        guard
          let entry = OwnedPointer(OSSL_STORE_load(store.pointer), releasedBy: { OSSL_STORE_INFO_free($0) })
        else { continue }
        guard OSSL_STORE_INFO_get_type(entry.pointer) == OSSL_STORE_INFO_PKEY else { continue }
        return OwnedPointer(OSSL_STORE_INFO_get1_PKEY(entry.pointer), releasedBy: { EVP_PKEY_free($0) })
      }
      return nil
    }
    guard let key else { throw failure(location, code, answer) }
    ErrorQueue.clear()
    return key
  }

  private static func failure(
    _ location: KeyLocation, _ code: CertForgeError.Code, _ answer: PassphraseAnswer
  ) -> CertForgeError {
    let cause = ErrorQueue.drain().map(location.redact)
    let name = location.shown
    guard answer.asked else {
      return CertForgeError(
        code, values: ["key": name], cause: cause ?? "no private key is there",
        hint: "check the path or URI, the permissions, and that its provider is configured")
    }
    guard answer.passphrase != nil else {
      return CertForgeError(
        .passphraseMissing, values: ["key": name], cause: cause,
        hint: "the key is encrypted: name a passphrase file or a systemd credential")
    }
    return CertForgeError(
      .passphraseWrong, values: ["key": name], cause: cause, hint: "this passphrase does not open the key")
  }
}
