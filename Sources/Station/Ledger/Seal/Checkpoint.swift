import CertForge
import Foundation

/// How many rows there are and what they come to: the text that a seal signs (https://c2sp.org/tlog-checkpoint).
///
/// The tree is that of RFC 6962 over the rows' own hashes (see `JournalHash`): row `n` is leaf `n - 1`.
struct Checkpoint: Hashable, Sendable {
  /// Whose record it is: `station/line-1`.
  var origin: String
  /// Rows 1 to here.
  var size: Int64
  /// 32 bytes.
  var root: [UInt8]

  init(origin: String, size: Int64, root: [UInt8]) {
    self.origin = origin
    self.size = size
    self.root = root
  }

  /// - Returns: nil unless it is a checkpoint; lines of extensions are allowed and not looked at.
  init?(text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count >= 4, lines.last == "", !lines.dropLast().contains(""),
      let size = Int64(lines[1]), size >= 0, String(size) == lines[1],
      let root = Data(base64Encoded: String(lines[2])), root.count == MerkleHash.size
    else { return nil }
    self.init(origin: String(lines[0]), size: size, root: Array(root))
  }

  var text: String { "\(origin)\n\(size)\n\(Data(root).base64EncodedString())\n" }

  static func origin(of station: String) -> String { "station/\(station)" }
}
