internal import COpenSSL

/// Public text that an OpenSSL function prints (names, PEM of certificates); never for secrets.
enum MemoryText {
  /// The text that `write` prints into a memory BIO; nil when it fails or prints no UTF-8.
  static func collect(_ write: (OpaquePointer) -> Bool) -> String? {
    guard let output = OwnedPointer(BIO_new(BIO_s_mem()), releasedBy: { BIO_free_all($0) }),
      write(output.pointer)
    else { return nil }
    var start: UnsafeMutablePointer<CChar>?
    let count = forge_bio_contents(output.pointer, &start)
    guard count > 0, let start else { return "" }
    return String(
      validating: UnsafeBufferPointer(start: start, count: count).lazy.map { UInt8(bitPattern: $0) },
      as: UTF8.self)
  }
}
