/// Bytes heard and not yet asked for. Bounded: when it is full the link stops reading, and the kernel's own buffers
/// push back on the sender.
struct ReceiveBuffer: Sendable {
  let capacity: Int
  private var storage: [UInt8] = []
  private var taken = 0

  init(capacity: Int) { self.capacity = max(capacity, 1) }

  var count: Int { storage.count - taken }
  var room: Int { max(capacity - count, 0) }

  mutating func append(_ bytes: some Collection<UInt8>) { storage += bytes }

  /// The oldest bytes, at most `limit`.
  mutating func take(atMost limit: Int) -> [UInt8] {
    let end = taken + min(limit, count)
    let bytes = Array(storage[taken..<end])
    taken = end
    if taken == storage.count {
      storage.removeAll(keepingCapacity: true)
      taken = 0
    } else if taken >= capacity / 2 {
      storage.removeFirst(taken)
      taken = 0
    }
    return bytes
  }

  mutating func removeAll() {
    storage.removeAll(keepingCapacity: true)
    taken = 0
  }
}
