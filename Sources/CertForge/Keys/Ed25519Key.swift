internal import COpenSSL

/// An Ed25519 private key (RFC 8032): what a station seals its ledger with. It cannot be copied, and is wiped when this
/// value ends.
///
/// Signing only reads the key, so a borrowed key may be used by several tasks at once.
public struct Ed25519Key: ~Copyable, @unchecked Sendable {
  private let key: OwnedPointer

  /// The public half.
  public let publicKey: Ed25519PublicKey

  // PrivateKeyInfo { version 0, id-Ed25519, OCTET STRING { OCTET STRING (32) } }: RFC 8410 section 7. One line of PEM.
  private static let head: [UInt8] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
  ]
  private static let begin = Array("-----BEGIN PRIVATE KEY-----\n".utf8)
  private static let end = Array("\n-----END PRIVATE KEY-----\n".utf8)
  private static let seedSize = 32
  private static let longestFile = 4096

  /// Makes a new key. Throws `keyGenerationFailed`.
  public static func generate() throws(CertForgeError) -> Ed25519Key {
    SecureHeap.start()
    ErrorQueue.clear()
    var made: OpaquePointer?
    guard
      let context = OwnedPointer(
        EVP_PKEY_CTX_new_from_name(nil, "ED25519", nil), releasedBy: { EVP_PKEY_CTX_free($0) }),
      EVP_PKEY_keygen_init(context.pointer) == 1,
      EVP_PKEY_generate(context.pointer, &made) == 1,
      let key = OwnedPointer(made, releasedBy: { EVP_PKEY_free($0) })
    else { throw CertForgeError(.keyGenerationFailed, cause: ErrorQueue.drain()) }
    return try Ed25519Key(key)
  }

  /// Reads a key from a file of PKCS#8 PEM that nobody else may read (mode 0600, the station's own user or root).
  ///
  /// Throws `passphraseFileUnsafe` or `passphraseFileUnreadable` for the file, `keyMalformed` or `keyRefused` for what
  /// is in it.
  public init(file: String) throws(CertForgeError) {
    let memory = try SecureMemory(count: Self.longestFile)
    let count = try PrivateFile.read(file, into: memory.bytes, forbidden: 0o077)
    let text = UnsafeRawBufferPointer(rebasing: memory.bytes[0..<count])
    try self.init(try KeyStore.read(text, passphrase: nil))
  }

  private init(_ key: consuming OwnedPointer) throws(CertForgeError) {
    var bytes = [UInt8](repeating: 0, count: Ed25519PublicKey.size)
    var count = bytes.count
    guard EVP_PKEY_get_base_id(key.pointer) == EVP_PKEY_ED25519,
      EVP_PKEY_get_raw_public_key(key.pointer, &bytes, &count) == 1, count == bytes.count,
      let publicKey = Ed25519PublicKey(bytes: bytes)
    else {
      throw CertForgeError(
        .keyRefused, cause: ErrorQueue.drain(),
        hint: "an Ed25519 key is expected: openssl genpkey -algorithm ED25519")
    }
    self.publicKey = publicKey
    self.key = key
  }

  /// Writes the key as PKCS#8 PEM to a file that must not exist yet, mode 0600, and has it on the disk when it returns.
  public borrowing func write(to file: String) throws(CertForgeError) {
    ErrorQueue.clear()
    let der = try SecureMemory(count: Self.head.count + Self.seedSize)
    der.bytes.copyBytes(from: Self.head)
    var count = Self.seedSize
    let seed = UnsafeMutableRawBufferPointer(rebasing: der.bytes[Self.head.count...])
    guard
      EVP_PKEY_get_raw_private_key(
        key.pointer, seed.baseAddress?.assumingMemoryBound(to: UInt8.self), &count) == 1,
      count == Self.seedSize
    else { throw CertForgeError(.keyMalformed, cause: ErrorQueue.drain()) }
    // EVP_EncodeBlock ends its text with a zero, which the end of the PEM then covers.
    let text = try SecureMemory(count: Self.begin.count + 64 + Self.end.count)
    text.bytes.copyBytes(from: Self.begin)
    let line = UnsafeMutableRawBufferPointer(rebasing: text.bytes[Self.begin.count...])
    EVP_EncodeBlock(
      line.baseAddress?.assumingMemoryBound(to: UInt8.self),
      der.bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), Int32(der.bytes.count))
    UnsafeMutableRawBufferPointer(rebasing: text.bytes[(Self.begin.count + 64)...]).copyBytes(from: Self.end)
    try NewFile.write(UnsafeRawBufferPointer(text.bytes), to: file, mode: 0o600)
  }

  /// The signature over `message`, 64 bytes.
  public borrowing func sign(_ message: [UInt8]) throws(CertForgeError) -> [UInt8] {
    ErrorQueue.clear()
    var signature = [UInt8](repeating: 0, count: Ed25519PublicKey.signatureSize)
    var count = signature.count
    guard let context = OwnedPointer(EVP_MD_CTX_new(), releasedBy: { EVP_MD_CTX_free($0) }),
      EVP_DigestSignInit(context.pointer, nil, nil, nil, key.pointer) == 1,
      EVP_DigestSign(context.pointer, &signature, &count, message, message.count) == 1,
      count == signature.count
    else { throw CertForgeError(.signingFailed, cause: ErrorQueue.drain()) }
    return signature
  }
}
