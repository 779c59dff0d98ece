#if canImport(Glibc)
  import Glibc
#endif

/// Bytes that must not outlive their use: one allocation, wiped before it is given back, never printed.
///
/// A class, so that the line's own thread can write from this very memory without a copy. Immutable once made.
public final class SecretBytes: @unchecked Sendable, CustomStringConvertible, CustomDebugStringConvertible {
  private let memory: UnsafeMutableRawBufferPointer

  /// How many bytes.
  public var count: Int { memory.count }

  /// Copies `source` into memory of its own, locked against swapping where the system allows it.
  public init(copying source: UnsafeRawBufferPointer) {
    memory = UnsafeMutableRawBufferPointer.allocate(byteCount: source.count, alignment: 16)
    memory.copyMemory(from: source)
    if source.count > 0 { _ = mlock(memory.baseAddress, memory.count) }
  }

  /// Makes `count` bytes and lets `fill` write them; for encodings such as base64 that must not pass through a String.
  public init(count: Int, filledBy fill: (UnsafeMutableRawBufferPointer) -> Void) {
    memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
    memory.initializeMemory(as: UInt8.self, repeating: 0)
    if count > 0 { _ = mlock(memory.baseAddress, memory.count) }
    fill(memory)
  }

  deinit {
    if memory.count > 0, let base = memory.baseAddress {
      explicit_bzero(base, memory.count)
      _ = munlock(base, memory.count)
    }
    memory.deallocate()
  }

  /// Lends the bytes to `body`; the pointer must not escape it.
  public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try body(UnsafeRawBufferPointer(memory))
  }

  public var description: String { "secret of \(count) bytes" }
  public var debugDescription: String { description }
}
