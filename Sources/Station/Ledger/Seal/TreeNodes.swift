import CertForge
import Foundation
import GRDB
import Glibc

/// The full subtrees of a tree over the first rows, so that proofs can be made without reading the rows again.
///
/// In an unnamed file, not in memory: a tree has 64 bytes for each row, and a ledger millions of rows.
final class TreeNodes {
  let size: Int64
  private let files: [FileHandle]
  private(set) var frontier = MerkleFrontier()
  /// By height, what is not yet in the files.
  private var waiting: [[UInt8]]

  private static let pieces = 1 << 16

  init(_ database: Database, size: Int64) throws {
    self.size = size
    let heights = max(1, Int64.bitWidth - size.leadingZeroBitCount)
    waiting = Array(repeating: [], count: heights)
    files = try (0..<heights).map { _ in try Self.scratchFile() }
    let rows = try Row.fetchCursor(
      database, sql: "SELECT seq, hash FROM journal WHERE seq <= ? ORDER BY seq", arguments: [size])
    while let row = try rows.next() {
      guard try row.decode(Int64.self, atIndex: 0) == frontier.size + 1 else { break }
      try frontier.append(try row.decode(Data.self, atIndex: 1)) { height, _, hash in
        waiting[height] += hash
        if waiting[height].count >= Self.pieces { try flush(height) }
      }
    }
    for height in files.indices { try flush(height) }
    guard frontier.size == size else {
      throw Fault(.ledgerCorrupt, ["row": String(frontier.size + 1), "cause": "the row is missing"])
    }
  }

  var root: [UInt8] { frontier.root }

  /// - Parameter sequence: of a row, 1 to `size`.
  func proof(of sequence: Int64) throws -> InclusionProof {
    try InclusionProof(index: sequence - 1, size: size) { height, place in
      let file = files[height].fileDescriptor
      var hash = [UInt8](repeating: 0, count: MerkleHash.size)
      let count = pread(file, &hash, hash.count, off_t(place) * off_t(MerkleHash.size))
      guard count == hash.count else {
        throw Fault(.ledgerFailed, ["cause": "a scratch file lost what was put into it"])
      }
      return hash
    }
  }

  private func flush(_ height: Int) throws {
    do { try files[height].write(contentsOf: Data(waiting[height])) } catch {
      throw Fault(.ledgerFailed, ["cause": "scratch file: \(error.localizedDescription)"])
    }
    waiting[height].removeAll(keepingCapacity: true)
  }

  /// Gone with its descriptor, whatever becomes of this process.
  private static func scratchFile() throws -> FileHandle {
    let path = FileManager.default.temporaryDirectory.appending(path: "station-tree-\(UUID().uuidString)")
      .path(percentEncoded: false)
    // Closed to children from its first moment on: another thread may be starting one.
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      throw Fault(.ledgerFailed, ["cause": "scratch file: \(String(cString: strerror(errno)))"])
    }
    unlink(path)
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }
}
