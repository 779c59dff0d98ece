public import Foundation

/// Digests of bytes that are at hand. They cannot fail, save for want of memory, which ends the program with a message.
public enum Digest {
  /// SHA-256 (FIPS 180-4), 32 bytes.
  public static func sha256(_ bytes: some ContiguousBytes) -> [UInt8] {
    bytes.withUnsafeBytes { DigestAlgorithm.sha256.digest(of: $0) }
  }

  /// SHA-256 as 64 lower-case hexadecimal digits.
  public static func sha256Hex(_ bytes: some ContiguousBytes) -> String {
    Hexadecimal.encode(sha256(bytes))
  }

  /// SHA-1, 20 bytes; here for version 5 UUIDs (RFC 9562 section 5.5) only, never for a signature.
  public static func sha1(_ bytes: some ContiguousBytes) -> [UInt8] {
    bytes.withUnsafeBytes { DigestAlgorithm.sha1.digest(of: $0) }
  }
}
