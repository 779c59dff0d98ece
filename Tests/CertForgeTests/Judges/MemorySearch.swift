import Foundation

/// Looks through all writable memory of this program for bytes that should no longer be there.
///
/// The bytes looked for are kept masked, and unmasked only into a mapping that the search leaves out, so it never finds
/// itself.
enum MemorySearch {
  static let mask: UInt8 = 0x5a

  struct NotReadable: Error {}

  /// How many places hold the bytes that `masked` is the mask of.
  static func occurrences(of masked: [UInt8]) throws -> Int {
    let chunk = 1 << 20
    let size = chunk + 4096
    guard let own = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      own != MAP_FAILED
    else { throw NotReadable() }
    defer {
      explicit_bzero(own, size)
      munmap(own, size)
    }
    let needle = own + chunk
    for (index, byte) in masked.enumerated() {
      needle.storeBytes(of: byte ^ mask, toByteOffset: index, as: UInt8.self)
    }
    let ownRange = UInt(bitPattern: own)..<UInt(bitPattern: own) + UInt(size)
    let memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC)
    guard memory >= 0 else { throw NotReadable() }
    defer { close(memory) }
    var found = 0
    for range in try writableRanges() {
      var position = range.lowerBound
      while position < range.upperBound {
        // Neighbouring mappings are shown as one, so the own one is stepped over by address.
        if ownRange.contains(position) {
          position = ownRange.upperBound
          continue
        }
        let end =
          position < ownRange.lowerBound ? min(range.upperBound, ownRange.lowerBound) : range.upperBound
        let count = pread(memory, own, min(chunk, Int(end - position)), Int(position))
        guard count > 0 else {
          position += 4096
          continue
        }
        found += matches(
          in: UnsafeRawPointer(own), count: count, of: UnsafeRawPointer(needle), length: masked.count)
        // Overlap, so that a needle across two chunks is found; the last chunk ends the range.
        position += UInt(count)
        if position < end, count > masked.count { position -= UInt(masked.count - 1) }
      }
    }
    return found
  }

  private static func matches(
    in start: UnsafeRawPointer, count: Int, of needle: UnsafeRawPointer, length: Int
  ) -> Int {
    let first = Int32(needle.load(as: UInt8.self))
    var found = 0
    var offset = 0
    while offset + length <= count, let hit = memchr(start + offset, first, count - length - offset + 1) {
      if memcmp(hit, needle, length) == 0 { found += 1 }
      offset = UnsafeRawPointer(hit) - start + 1
    }
    return found
  }

  private static func writableRanges() throws -> [Range<UInt>] {
    let text = try mappings()
    // The list is in order and the stack is near its end: without it the list was cut short.
    guard text.contains("[stack]") else { throw NotReadable() }
    return text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard words.count > 1, words[1].hasPrefix("rw") else { return nil }
      let ends = words[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
      return ends.count == 2 ? ends[0]..<ends[1] : nil
    }
  }

  // The kernel gives the list in pieces of whole lines; a reader that takes a short piece for the end misses the rest.
  private static func mappings() throws -> String {
    let file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw NotReadable() }
    defer { close(file) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(file, &piece, piece.count)
      guard count >= 0 else { throw NotReadable() }
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += piece[..<count]
    }
  }
}
