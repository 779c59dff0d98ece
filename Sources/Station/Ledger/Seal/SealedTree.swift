import CertForge
import Foundation
import GRDB

/// The Merkle tree over the rows of a ledger, as far as a seal needs it.
///
/// It goes on from the newest seal, whose row carries the subtrees; there is nothing beside the journal that could be
/// lost or differ from it.
struct SealedTree {
  private(set) var frontier: MerkleFrontier

  /// The tree of the rows before the seal in row `last`; of no rows when that is 0.
  ///
  /// - Throws: `ledger-corrupt` when that row does not hold what it should.
  init(_ database: Database, at last: Int64) throws {
    guard last > 0 else {
      frontier = MerkleFrontier()
      return
    }
    let row = try JournalQueries.rows(database, where: "seq = ?", [last]).first
    guard let row, case .sealed(let seal) = try row.entry(), let found = seal.tree(before: last) else {
      throw Fault(.ledgerCorrupt, ["row": String(last), "cause": "its seal does not hold together"])
    }
    frontier = found
  }

  /// Adds the rows up to `last`.
  mutating func take(_ database: Database, through last: Int64) throws {
    let rows = try Row.fetchCursor(
      database, sql: "SELECT seq, hash FROM journal WHERE seq > ? AND seq <= ? ORDER BY seq",
      arguments: [frontier.size, last])
    while let row = try rows.next() {
      guard try row.decode(Int64.self, atIndex: 0) == frontier.size + 1 else { break }
      frontier.append(try row.decode(Data.self, atIndex: 1))
    }
    guard frontier.size == last else {
      throw Fault(.ledgerCorrupt, ["row": String(frontier.size + 1), "cause": "the row is missing"])
    }
  }

  /// The row of the newest seal; 0: there is none.
  static func lastSeal(_ database: Database) throws -> Int64 {
    let statement = try database.cachedStatement(
      sql: "SELECT seq FROM journal WHERE kind = 'ledger.sealed' ORDER BY seq DESC LIMIT 1")
    return try Int64.fetchOne(statement) ?? 0
  }
}

extension LedgerSeal {
  /// What the note says, whoever signed it.
  var stated: Checkpoint? { SignedNote(checkpoint).flatMap { Checkpoint(text: $0.text) } }

  /// The tree of the rows before `sequence`; nil unless it has the root that was signed.
  func tree(before sequence: Int64) -> MerkleFrontier? {
    let hashes = frontier.compactMap { try? Hexadecimal.decode($0) }
    guard let stated, stated.size == sequence - 1, hashes.count == frontier.count,
      let tree = MerkleFrontier(size: stated.size, hashes: hashes), tree.root == stated.root
    else { return nil }
    return tree
  }
}
