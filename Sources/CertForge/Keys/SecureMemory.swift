internal import COpenSSL

/// Bytes on the secure heap, zero at first, wiped when given back. One place, one owner: there is nothing to copy.
struct SecureMemory: ~Copyable {
  let bytes: UnsafeMutableRawBufferPointer

  /// `count` bytes, at least one.
  init(count: Int) throws(CertForgeError) {
    SecureHeap.start()
    guard count > 0, let memory = forge_secure_allocate(count) else {
      throw CertForgeError(
        .memoryUnavailable, values: ["bytes": "\(count)"], cause: ErrorQueue.drain(),
        hint: "the memory set apart for private keys is full: too many keys are alive at once")
    }
    bytes = UnsafeMutableRawBufferPointer(start: memory, count: count)
  }

  deinit { forge_secure_release(bytes.baseAddress, bytes.count) }
}
