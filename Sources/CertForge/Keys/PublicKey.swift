internal import COpenSSL

/// A public key, held as its SubjectPublicKeyInfo (RFC 5280 section 4.1).
public struct PublicKey: Hashable, Sendable {
  /// The DER of the SubjectPublicKeyInfo.
  public let spki: [UInt8]

  /// The largest one that is read, in bytes; RSA with 16384 bits has about 2100.
  public static let largestEncoding = 4096

  // The same 26 bytes begin every P-256 key with a named curve and an uncompressed point (RFC 5480 section 2).
  static let p256Prefix: [UInt8] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
    0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
  ]

  /// Reads a SubjectPublicKeyInfo of any algorithm that OpenSSL knows; a point that is not on its curve is refused.
  public init(spki: [UInt8]) throws(CertForgeError) {
    guard spki.count <= Self.largestEncoding, Self.handle(spki) != nil else {
      throw CertForgeError(.keyMalformed, values: ["bytes": "\(spki.count)"], cause: ErrorQueue.drain())
    }
    self.spki = spki
  }

  /// For bytes that OpenSSL wrote or checked itself.
  init(checked spki: [UInt8]) { self.spki = spki }

  /// Whether it is EC P-256, named by its curve, the point not compressed: what the station makes and accepts.
  public var isP256: Bool { spki.count == 91 && spki.starts(with: Self.p256Prefix) && spki[26] == 0x04 }

  /// SHA-256 of the SubjectPublicKeyInfo in lower-case hexadecimal.
  public var fingerprint: String { Digest.sha256Hex(spki) }

  /// Whether `signature` (ECDSA as DER, or RSA PKCS#1 v1.5) over SHA-256 of `message` was made with this key's other half.
  public func verify(signature: [UInt8], of message: [UInt8]) -> Bool {
    guard signature.count <= Self.largestEncoding, let key = Self.handle(spki),
      let context = OwnedPointer(EVP_MD_CTX_new(), releasedBy: { EVP_MD_CTX_free($0) })
    else { return false }
    defer { ErrorQueue.clear() }
    guard EVP_DigestVerifyInit(context.pointer, nil, DigestAlgorithm.sha256.pointer, nil, key.pointer) == 1
    else { return false }
    return EVP_DigestVerify(context.pointer, signature, signature.count, message, message.count) == 1
  }

  /// The key as an EVP_PKEY.
  func handle() throws(CertForgeError) -> OwnedPointer {
    guard let key = Self.handle(spki) else {
      throw CertForgeError(.keyMalformed, values: ["bytes": "\(spki.count)"], cause: ErrorQueue.drain())
    }
    return key
  }

  private static func handle(_ spki: [UInt8]) -> OwnedPointer? {
    ErrorQueue.clear()
    return DER.decode(
      spki, releasedBy: { EVP_PKEY_free($0) }, { next, count in d2i_PUBKEY(nil, next, count) })
  }
}
