import Foundation
import GRDB

/// A ledger that `station ledger merge` made tells so in its first row. It is for asking: a decision that is written
/// there never reaches the station that it is about.
enum MergedLedger {
  static func isMerged(_ database: Database) throws -> Bool {
    let kind = try String.fetchOne(database, sql: "SELECT kind FROM journal WHERE seq = 1")
    return kind == "ledger.merged"
  }

  /// - Throws: `ledger-merged`.
  static func refuse(_ database: Database, path: String) throws {
    if try isMerged(database) { throw fault(path) }
  }

  static func fault(_ path: String) -> Fault {
    Fault(.ledgerMerged, ["name": URL(filePath: path).lastPathComponent, "path": path])
  }
}
