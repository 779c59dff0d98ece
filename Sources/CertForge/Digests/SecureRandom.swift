internal import COpenSSL

/// Random bytes of cryptographic quality.
public enum SecureRandom {
  /// `count` random bytes (0 to 2^31 - 1). Throws `randomUnavailable` when the generator has no entropy.
  public static func bytes(_ count: Int) throws(CertForgeError) -> [UInt8] {
    guard count > 0 else { return [] }
    guard let asked = Int32(exactly: count) else {
      throw CertForgeError(
        .randomUnavailable, values: ["count": "\(count)"], hint: "ask for fewer bytes at once")
    }
    ErrorQueue.clear()
    var bytes = [UInt8](repeating: 0, count: count)
    guard RAND_bytes(&bytes, asked) == 1 else {
      throw CertForgeError(.randomUnavailable, values: ["count": "\(count)"], cause: ErrorQueue.drain())
    }
    return bytes
  }
}
