internal import COpenSSL

/// The two shapes in which OpenSSL reads and writes DER, with the checks that it leaves to its callers.
enum DER {
  typealias Write = (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32
  typealias Read = (UnsafeMutablePointer<UnsafePointer<UInt8>?>, Int) -> OpaquePointer?

  /// The bytes that an `i2d_` function writes; nil when it fails.
  static func encode(_ write: Write) -> [UInt8]? {
    let size = write(nil)
    guard size > 0 else { return nil }
    var written: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
      var next = buffer.baseAddress
      written = write(&next)
      count = written == size ? Int(size) : 0
    }
    return bytes.isEmpty ? nil : bytes
  }

  /// The object that a `d2i_` function reads from all of `bytes`; nil when it fails or leaves bytes over.
  static func decode(
    _ bytes: [UInt8], releasedBy release: @escaping (OpaquePointer?) -> Void, _ read: Read
  ) -> OwnedPointer? {
    var complete = false
    let object = bytes.withUnsafeBufferPointer { buffer -> OpaquePointer? in
      guard let start = buffer.baseAddress else { return nil }
      var next: UnsafePointer<UInt8>? = start
      let object = read(&next, buffer.count)
      complete = next == start + buffer.count
      return object
    }
    guard let owned = OwnedPointer(object, releasedBy: release), complete else { return nil }
    return owned
  }
}
