#if canImport(Glibc)
  import Glibc
#endif

/// Bytes that must not outlive their use: pages of their own, wiped before they are given back, never printed.
///
/// A class, so that the line's own thread can write from this very memory without a copy. Immutable once made.
public final class SecretBytes: @unchecked Sendable, CustomStringConvertible, CustomDebugStringConvertible {
  private let memory: UnsafeMutableRawBufferPointer
  /// The whole pages below `memory`; nil for no bytes, and where the system has no page left.
  private let pages: UnsafeMutableRawBufferPointer?

  /// How many bytes.
  public var count: Int { memory.count }

  /// Copies `source` into memory of its own, locked against swapping where the system allows it.
  public convenience init(copying source: UnsafeRawBufferPointer) {
    self.init(count: source.count) { $0.copyMemory(from: source) }
  }

  /// Makes `count` bytes and lets `fill` write them; for encodings such as base64 that must not pass through a String.
  public init(count: Int, filledBy fill: (UnsafeMutableRawBufferPointer) -> Void) {
    pages = Self.pages(holding: count)
    if let base = pages?.baseAddress {
      memory = UnsafeMutableRawBufferPointer(start: base, count: count)
    } else {
      memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
      memory.initializeMemory(as: UInt8.self, repeating: 0)
    }
    fill(memory)
  }

  deinit {
    if memory.count > 0, let base = memory.baseAddress { explicit_bzero(base, memory.count) }
    if let pages, let base = pages.baseAddress {
      _ = munmap(base, pages.count)
    } else {
      memory.deallocate()
    }
  }

  /// Pages that nothing else lies in: locks do not nest (mlock(2)), so that the first of two secrets in one page to go
  /// would unlock the other's. Left out of core dumps and of children.
  private static func pages(holding count: Int) -> UnsafeMutableRawBufferPointer? {
    guard count > 0 else { return nil }
    let page = sysconf(Int32(_SC_PAGESIZE))
    let length = (count + page - 1) / page * page
    guard
      let base = mmap(nil, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      base != MAP_FAILED
    else { return nil }
    _ = mlock(base, length)
    _ = madvise(base, length, MADV_DONTDUMP)
    _ = madvise(base, length, MADV_DONTFORK)
    return UnsafeMutableRawBufferPointer(start: base, count: length)
  }

  /// Lends the bytes to `body`; the pointer must not escape it.
  public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try body(UnsafeRawBufferPointer(memory))
  }

  public var description: String { "secret of \(count) bytes" }
  public var debugDescription: String { description }
}
