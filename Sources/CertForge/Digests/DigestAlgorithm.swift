internal import COpenSSL

/// A digest algorithm fetched once: OpenSSL 3 otherwise searches its providers at every call.
struct DigestAlgorithm: @unchecked Sendable {
  // An EVP_MD is immutable once fetched and lives as long as the program.
  let pointer: OpaquePointer
  let size: Int

  static let sha256 = DigestAlgorithm("SHA256")
  static let sha1 = DigestAlgorithm("SHA1")

  private init(_ name: String) {
    guard let fetched = EVP_MD_fetch(nil, name, nil) else {
      preconditionFailure("libcrypto offers no \(name): \(ErrorQueue.drain() ?? "no reason given")")
    }
    pointer = fetched
    size = Int(EVP_MD_get_size(fetched))
  }

  /// Digest of `bytes` in one call.
  func digest(of bytes: UnsafeRawBufferPointer) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      var written: UInt32 = 0
      let done = EVP_Digest(bytes.baseAddress, bytes.count, buffer.baseAddress, &written, pointer, nil)
      precondition(
        done == 1 && Int(written) == size,
        "libcrypto could not digest: \(ErrorQueue.drain() ?? "no reason given")")
      count = size
    }
  }
}
