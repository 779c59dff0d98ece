/// That an entry is one leaf of a tree (RFC 6962 section 2.1.1): the hashes beside its way to the root.
public struct InclusionProof: Hashable, Sendable {
  /// The leaf's number, from 0.
  public var index: Int64
  /// Leaves of the tree.
  public var size: Int64
  /// From the leaf up.
  public var path: [[UInt8]]

  public init(index: Int64, size: Int64, path: [[UInt8]]) {
    self.index = index
    self.size = size
    self.path = path
  }

  /// - Parameters:
  ///   - index: below `size`.
  ///   - subtree: the hash of a full subtree, by height and by its place among those of its height.
  public init(index: Int64, size: Int64, subtree: (Int, Int64) throws -> [UInt8]) rethrows {
    precondition(index >= 0 && index < size, "leaf \(index) of \(size)")
    var path: [[UInt8]] = []
    var (height, place) = (0, index)
    while (size - 1) >> height > 0 {
      let sibling = place ^ 1
      if sibling << height < size { path.append(try Self.hash(height, sibling, size, subtree)) }
      height += 1
      place >>= 1
    }
    self.init(index: index, size: size, path: path)
  }

  /// Whether `entry` at `index` leads to `root` (the algorithm of RFC 9162 section 2.1.3.2).
  public func leads(_ entry: some Sequence<UInt8>, to root: [UInt8]) -> Bool {
    guard index >= 0, index < size else { return false }
    var (place, last) = (index, size - 1)
    var hash = MerkleHash.leaf(entry)
    for beside in path {
      guard last > 0, beside.count == MerkleHash.size else { return false }
      if place & 1 == 1 || place == last {
        hash = MerkleHash.node(beside, hash)
        while place & 1 == 0, place != 0 {
          place >>= 1
          last >>= 1
        }
      } else {
        hash = MerkleHash.node(hash, beside)
      }
      place >>= 1
      last >>= 1
    }
    return last == 0 && hash == root
  }

  /// A subtree at the right edge may lack leaves: it is then made of what there is.
  private static func hash(
    _ height: Int, _ place: Int64, _ size: Int64, _ subtree: (Int, Int64) throws -> [UInt8]
  ) rethrows -> [UInt8] {
    if (place + 1) << height <= size { return try subtree(height, place) }
    let left = try hash(height - 1, 2 * place, size, subtree)
    guard (2 * place + 1) << (height - 1) < size else { return left }
    return MerkleHash.node(left, try hash(height - 1, 2 * place + 1, size, subtree))
  }
}
