import CertForge
import Foundation
import Testing

/// The tree of RFC 6962, judged by the published test vectors of certificate-transparency and by a second way of
/// computing it: the recursive definition of section 2.1.
@Suite("Merkle trees")
struct MerkleTests {
  /// Entries and roots of the reference implementations (transparency-dev/merkle, testonly/constants.go).
  static let entries: [[UInt8]] = [
    [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43],
    [0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
    [0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f],
  ]
  static let roots = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
  ]

  /// Section 2.1, word for word.
  private static func root(_ entries: ArraySlice<[UInt8]>) -> [UInt8] {
    guard let only = entries.first else { return MerkleHash.empty }
    guard entries.count > 1 else { return MerkleHash.leaf(only) }
    var split = 1
    while split * 2 < entries.count { split *= 2 }
    let middle = entries.startIndex + split
    return MerkleHash.node(root(entries[..<middle]), root(entries[middle...]))
  }

  @Test func `the published roots come out`() {
    var tree = MerkleFrontier()
    #expect(Hexadecimal.encode(tree.root) == Self.roots[0])
    for (entry, root) in zip(Self.entries, Self.roots.dropFirst()) {
      tree.append(entry)
      #expect(Hexadecimal.encode(tree.root) == root)
    }
  }

  @Test func `a tree that grows has the root of the definition at every size, and every leaf has its proof`()
  {
    let entries = (0..<70).map { [UInt8($0), 7] }
    var tree = MerkleFrontier()
    var nodes: [[[UInt8]]] = Array(repeating: [], count: 8)
    for size in 1...entries.count {
      tree.append(entries[size - 1]) { height, place, hash in
        #expect(nodes[height].count == Int(place))
        nodes[height].append(hash)
      }
      let root = Self.root(entries[..<size])
      #expect(tree.root == root)
      #expect(MerkleFrontier(size: Int64(size), hashes: tree.hashes) == tree)
      for index in 0..<size {
        let proof = InclusionProof(index: Int64(index), size: Int64(size)) { nodes[$0][Int($1)] }
        #expect(proof.leads(entries[index], to: root))
        #expect(!proof.leads(entries[index] + [0], to: root))
        if size > 1 {
          #expect(!proof.leads(entries[(index + 1) % size], to: root))
          var other = proof
          other.index = Int64((index + 1) % size)
          #expect(!other.leads(entries[index], to: root))
          other = proof
          other.path[index % other.path.count][3] ^= 1
          #expect(!other.leads(entries[index], to: root))
          other = proof
          other.path.removeLast()
          #expect(!other.leads(entries[index], to: root))
          other = proof
          other.path.append(root)
          #expect(!other.leads(entries[index], to: root))
        }
      }
    }
  }

  @Test func `a frontier of the wrong shape is none`() {
    let hash = MerkleHash.leaf([1])
    #expect(MerkleFrontier(size: 3, hashes: [hash]) == nil)
    #expect(MerkleFrontier(size: -1, hashes: []) == nil)
    #expect(MerkleFrontier(size: 1, hashes: [[1, 2]]) == nil)
    #expect(MerkleFrontier(size: 4, hashes: [hash]) != nil)
  }
}
