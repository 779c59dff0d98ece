internal import COpenSSL

/// An Ed25519 public key (RFC 8032): 32 bytes.
public struct Ed25519PublicKey: Hashable, Sendable {
  /// Bytes of a key, and of a signature.
  public static let size = 32
  public static let signatureSize = 64

  public let bytes: [UInt8]

  /// - Returns: nil unless there are 32 bytes that libcrypto takes.
  public init?(bytes: [UInt8]) {
    guard bytes.count == Self.size, Self.handle(bytes) != nil else { return nil }
    self.bytes = bytes
  }

  /// The key as a PEM of its SubjectPublicKeyInfo (RFC 8410 section 4), as `openssl pkeyutl -pubin` reads it.
  public var pem: String {
    let head: [UInt8] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00]
    return PEM.encode(head + bytes, label: "PUBLIC KEY")
  }

  /// Whether `signature` over `message` was made with this key's other half.
  public func verify(signature: [UInt8], of message: [UInt8]) -> Bool {
    guard signature.count == Self.signatureSize, let key = Self.handle(bytes),
      let context = OwnedPointer(EVP_MD_CTX_new(), releasedBy: { EVP_MD_CTX_free($0) })
    else { return false }
    defer { ErrorQueue.clear() }
    guard EVP_DigestVerifyInit(context.pointer, nil, nil, nil, key.pointer) == 1 else { return false }
    return EVP_DigestVerify(context.pointer, signature, signature.count, message, message.count) == 1
  }

  private static func handle(_ bytes: [UInt8]) -> OwnedPointer? {
    ErrorQueue.clear()
    return OwnedPointer(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, bytes, bytes.count),
      releasedBy: { EVP_PKEY_free($0) })
  }
}
