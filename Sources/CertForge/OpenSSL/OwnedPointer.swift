/// One OpenSSL object that this value owns and releases.
///
/// OpenSSL's opaque structures all come as `OpaquePointer`; the release function is what tells them apart.
struct OwnedPointer: ~Copyable {
  let pointer: OpaquePointer
  private let release: (OpaquePointer?) -> Void

  /// Takes ownership of `pointer`; nil (an allocation or a parse that failed) makes no value.
  init?(_ pointer: OpaquePointer?, releasedBy release: @escaping (OpaquePointer?) -> Void) {
    guard let pointer else { return nil }
    self.pointer = pointer
    self.release = release
  }

  deinit { release(pointer) }
}
