import Foundation
import GRDB

/// The end of the chain, to which the next row is tied. Read inside each transaction, never remembered across two.
struct JournalTail {
  var sequence: Int64
  var hash: Data

  init(_ database: Database) throws {
    let statement = try database.cachedStatement(
      sql: "SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1")
    let row = try Row.fetchOne(statement)
    sequence = try row?.decode(Int64.self, atIndex: 0) ?? 0
    hash = try row?.decode(Data.self, atIndex: 1) ?? JournalHash.start
  }
}
