import CertForge
import Foundation

@testable import Station

/// A seal over rows, and the way of each row to its root.
struct FuzzSeal: Sendable {
  let key: SealKey
  let checkpoint: Checkpoint
  let note: SignedNote
  let frontier: MerkleFrontier
  /// By height.
  private let subtrees: [[[UInt8]]]

  init(_ rows: [JournalRow]) throws {
    var frontier = MerkleFrontier()
    var subtrees: [[[UInt8]]] = Array(repeating: [], count: 32)
    for row in rows { frontier.append(row.hash) { height, _, hash in subtrees[height].append(hash) } }
    (self.frontier, self.subtrees) = (frontier, subtrees)
    key = SealKey(station: "test", key: try .generate())
    checkpoint = Checkpoint(origin: key.name, size: frontier.size, root: frontier.root)
    note = try key.sign(checkpoint)
  }

  var body: LedgerSeal {
    LedgerSeal(
      checkpoint: note.description, key: key.verifier.description, reason: .hand,
      frontier: frontier.hashes.map { Hexadecimal.encode($0) })
  }

  func path(of row: JournalRow) -> [Data] {
    InclusionProof(index: row.sequence - 1, size: frontier.size) { height, place in
      subtrees[height][Int(place)]
    }.path.map { Data($0) }
  }
}
