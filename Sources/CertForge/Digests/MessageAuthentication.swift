internal import COpenSSL
public import Foundation

/// Message authentication codes and the comparison that goes with them.
public enum MessageAuthentication {
  /// HMAC-SHA-256 (RFC 2104), 32 bytes. The key may have any length; it is read in place and not copied by this call.
  public static func hmacSHA256(key: some ContiguousBytes, message: some ContiguousBytes) -> [UInt8] {
    key.withUnsafeBytes { key in message.withUnsafeBytes { authenticate(key: key, message: $0) } }
  }

  /// Whether both are equal, in a time that depends on the lengths only.
  public static func equal(_ left: some ContiguousBytes, _ right: some ContiguousBytes) -> Bool {
    left.withUnsafeBytes { left in
      right.withUnsafeBytes { right in
        guard left.count == right.count else { return false }
        guard let first = left.baseAddress, let second = right.baseAddress else { return true }
        return CRYPTO_memcmp(first, second, left.count) == 0
      }
    }
  }

  private static func authenticate(key: UnsafeRawBufferPointer, message: UnsafeRawBufferPointer) -> [UInt8] {
    precondition(key.count <= Int(Int32.max), "an HMAC key of \(key.count) bytes")
    let size = DigestAlgorithm.sha256.size
    // An empty buffer may come without an address, which libcrypto takes for a message that was forgotten.
    var nothing: UInt8 = 0
    return withUnsafeBytes(of: &nothing) { placeholder in
      let key = (key.baseAddress ?? placeholder.baseAddress, Int32(key.count))
      let text = (message.baseAddress ?? placeholder.baseAddress)?.assumingMemoryBound(to: UInt8.self)
      return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
        var written: UInt32 = 0
        let done = HMAC(
          DigestAlgorithm.sha256.pointer, key.0, key.1, text, message.count, buffer.baseAddress, &written)
        precondition(
          done != nil && Int(written) == size,
          "libcrypto could not authenticate: \(ErrorQueue.drain() ?? "no reason given")")
        count = size
      }
    }
  }
}
