import CertForge
import Foundation
import GRDB

/// Makes seals inside the writer's transactions: when a row asks for one, and every so many rows.
struct Sealer: Sendable {
  let key: SealKey
  /// Rows from one seal to the next, at most.
  var every: Int64 = Self.usual

  static let usual: Int64 = 1000

  /// Seals the rows up to the tail, if there is a reason.
  ///
  /// What it reads are the rows since the last seal, never the whole ledger.
  ///
  /// - Parameter asked: why, when somebody or some row asked for it.
  /// - Returns: the row that was added.
  func seal(
    asked: LedgerSeal.Reason?, _ database: Database, _ tail: inout JournalTail, _ author: JournalAuthor
  ) throws -> JournalRow? {
    let last = try SealedTree.lastSeal(database)
    guard tail.sequence > last else { return nil }
    guard let reason = asked ?? (tail.sequence - last >= every ? .rows : nil) else { return nil }
    var tree = try SealedTree(database, at: last)
    try tree.take(database, through: tail.sequence)
    let checkpoint = Checkpoint(origin: key.name, size: tail.sequence, root: tree.frontier.root)
    let seal = LedgerSeal(
      checkpoint: try key.sign(checkpoint).description, key: key.verifier.description, reason: reason,
      frontier: tree.frontier.hashes.map { Hexadecimal.encode($0) })
    let draft = try PreparedDraft(JournalDraft(entry: .sealed(seal)), author: author)
    return try LedgerWork.append([draft], database, &tail, author).first
  }
}

extension JournalEntry {
  /// Why the rows up to this one are to be sealed at once.
  var sealReason: LedgerSeal.Reason? {
    switch self {
    case .stationStopped: .stop
    case .batchClosed: .batch
    default: nil
    }
  }
}
