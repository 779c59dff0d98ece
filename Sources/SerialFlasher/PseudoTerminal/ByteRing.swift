/// The last bytes that went by, at most `capacity` of them.
struct ByteRing: Sendable {
  let capacity: Int
  private var storage: [UInt8] = []
  private var start = 0

  init(capacity: Int) { self.capacity = max(capacity, 1) }

  mutating func append(_ bytes: some Collection<UInt8>) {
    for byte in bytes.suffix(capacity) {
      if storage.count < capacity {
        storage.append(byte)
      } else {
        storage[start] = byte
        start = (start + 1) % capacity
      }
    }
  }

  /// Oldest first.
  var contents: [UInt8] { Array(storage[start...]) + storage[..<start] }
}
