internal import COpenSSL
public import Foundation

/// SHA-256 over bytes that arrive in pieces. Belongs to one task at a time.
public final class SHA256Stream {
  private let context: OpaquePointer

  public init() {
    guard let context = EVP_MD_CTX_new(),
      EVP_DigestInit_ex2(context, DigestAlgorithm.sha256.pointer, nil) == 1
    else {
      preconditionFailure("libcrypto could not start a digest: \(ErrorQueue.drain() ?? "no reason given")")
    }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Takes the next bytes.
  public func update(_ bytes: some ContiguousBytes) {
    let done = bytes.withUnsafeBytes { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
    precondition(done == 1, "libcrypto could not digest: \(ErrorQueue.drain() ?? "no reason given")")
  }

  /// The digest of all bytes so far, 32 bytes; more bytes may follow.
  public func digest() -> [UInt8] {
    // Finishing spoils a context, so a copy is finished.
    guard let copy = OwnedPointer(EVP_MD_CTX_new(), releasedBy: { EVP_MD_CTX_free($0) }),
      EVP_MD_CTX_copy_ex(copy.pointer, context) == 1
    else {
      preconditionFailure("libcrypto could not copy a digest: \(ErrorQueue.drain() ?? "no reason given")")
    }
    let size = DigestAlgorithm.sha256.size
    return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      var written: UInt32 = 0
      let done = EVP_DigestFinal_ex(copy.pointer, buffer.baseAddress, &written)
      precondition(
        done == 1 && Int(written) == size,
        "libcrypto could not digest: \(ErrorQueue.drain() ?? "no reason given")")
      count = size
    }
  }
}
