/// The two hashes of a Merkle tree (RFC 6962 section 2.1), told apart by their first byte so that nobody can pass a
/// node off as a leaf.
public enum MerkleHash {
  /// Bytes of every hash.
  public static let size = 32

  /// The root of a tree without leaves.
  public static let empty = Digest.sha256([UInt8]())

  /// SHA-256 over 0x00 and the entry.
  public static func leaf(_ entry: some Sequence<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = [0x00]
    bytes.append(contentsOf: entry)
    return Digest.sha256(bytes)
  }

  /// SHA-256 over 0x01 and both children.
  public static func node(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = [0x01]
    bytes.reserveCapacity(1 + 2 * size)
    bytes.append(contentsOf: left)
    bytes.append(contentsOf: right)
    return Digest.sha256(bytes)
  }
}
