/// All that has to be kept of a Merkle tree so that leaves can be added and its root be told: the roots of the full
/// subtrees that it is made of, at most one for each bit of its size.
public struct MerkleFrontier: Hashable, Sendable {
  /// Leaves so far.
  public private(set) var size: Int64
  /// The largest subtree first.
  public private(set) var hashes: [[UInt8]]

  public init() {
    size = 0
    hashes = []
  }

  /// - Returns: nil unless there is one hash of 32 bytes for each bit of `size`.
  public init?(size: Int64, hashes: [[UInt8]]) {
    guard size >= 0, hashes.count == size.nonzeroBitCount,
      hashes.allSatisfy({ $0.count == MerkleHash.size })
    else { return nil }
    self.size = size
    self.hashes = hashes
  }

  /// Adds an entry as the next leaf.
  public mutating func append(_ entry: some Sequence<UInt8>) {
    append(entry) { _, _, _ in }
  }

  /// Adds an entry as the next leaf.
  ///
  /// - Parameter completed: hears of every subtree that this leaf fills, the leaf itself first: its height (0 is a
  ///   leaf), its place among those of its height, and its hash.
  public mutating func append(
    _ entry: some Sequence<UInt8>, completed: (Int, Int64, [UInt8]) throws -> Void
  ) rethrows {
    var hash = MerkleHash.leaf(entry)
    var (height, place) = (0, size)
    try completed(height, place, hash)
    while place & 1 == 1 {
      hash = MerkleHash.node(hashes.removeLast(), hash)
      height += 1
      place >>= 1
      try completed(height, place, hash)
    }
    hashes.append(hash)
    size += 1
  }

  public var root: [UInt8] {
    guard var hash = hashes.last else { return MerkleHash.empty }
    for left in hashes.dropLast().reversed() { hash = MerkleHash.node(left, hash) }
    return hash
  }
}
