import Foundation
import GRDB
import Testing

@testable import Station

/// One seeded change of a sealed journal, as the statements that make it, and the row at which it must be found.
struct SealChange: Encodable {
  enum Value: Encodable, Hashable {
    case none
    case number(Int64)
    case bytes(Data)

    var database: any DatabaseValueConvertible {
      switch self {
      case .none: DatabaseValue.null
      case .number(let number): number
      case .bytes(let bytes): bytes
      }
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .none: try container.encodeNil()
      case .number(let number): try container.encode(number)
      case .bytes(let bytes): try container.encode(bytes.base64EncodedString())
      }
    }
  }

  struct Statement: Encodable {
    var sql: String
    var values: [Value] = []
  }

  static let columns = [
    "time", "clock", "station", "actor", "slot", "attempt", "hub", "kind", "body", "versions",
    "previous_hash", "hash",
  ]

  var words: String
  var statements: [Statement]
  /// The first row that is touched; the rows before it are as they were.
  var touched: Int64
  var found: Int64

  var kind: String { String(words.prefix { $0 != " " }) }

  init(_ words: String, touched: Int64, found: Int64, _ statements: [Statement]) {
    (self.words, self.touched, self.found, self.statements) = (words, touched, found, statements)
  }

  func make(_ database: Database) throws {
    for statement in statements {
      try database.execute(
        sql: statement.sql, arguments: StatementArguments(statement.values.map(\.database)))
    }
  }

  static func draw(_ database: Database, _ rows: Int64, _ random: inout ScratchLedger.Seeded) throws
    -> SealChange
  {
    let row = Int64.random(in: 1...rows, using: &random)
    switch Int.random(in: 0..<12, using: &random) {
    case 0:
      return SealChange(
        "removed \(row)", touched: row, found: row,
        [Statement(sql: "DELETE FROM journal WHERE seq = ?", values: [.number(row)])])
    case 1 where row < rows:
      return SealChange(
        "reordered \(row)", touched: row, found: row,
        [(row, -1), (row + 1, row), (-1, row + 1)].map { from, to in
          Statement(
            sql: "UPDATE journal SET seq = ? WHERE seq = ?", values: [.number(to), .number(from)])
        })
    case 2:
      // One more row at the end, the copy of another: the chain has its own place only for a row that was made for it.
      let copied = columns.joined(separator: ", ")
      return SealChange(
        "inserted \(row) at the end", touched: rows + 1, found: rows + 1,
        [
          Statement(
            sql: "INSERT INTO journal SELECT ?, \(copied) FROM journal WHERE seq = ?",
            values: [.number(rows + 1), .number(row)])
        ])
    case 3:
      // Cut off: found by whoever has a checkpoint over one of them. The last row is the seal itself, under none.
      let first = max(1, rows - Int64.random(in: 1..<6, using: &random))
      return SealChange(
        "cut \(first)", touched: first, found: first,
        [Statement(sql: "DELETE FROM journal WHERE seq >= ?", values: [.number(first)])])
    case 4 where row < rows:
      // The row's own hash is made good again: the next one tells.
      var changed = try #require(try JournalQueries.rows(database, where: "seq = ?", [row]).first)
      changed.actor += "x"
      return SealChange(
        "rehashed \(row)", touched: row, found: row + 1,
        [
          Statement(
            sql: "UPDATE journal SET actor = actor || 'x', hash = ? WHERE seq = ?",
            values: [.bytes(JournalHash.of(changed)), .number(row)])
        ])
    case 5:
      return SealChange(
        "renumbered \(row)", touched: row, found: row,
        [Statement(sql: "UPDATE journal SET seq = seq + 1000000 WHERE seq = ?", values: [.number(row)])])
    default: return try value(database, row, &random)
    }
  }

  private static func value(_ database: Database, _ row: Int64, _ random: inout ScratchLedger.Seeded) throws
    -> SealChange
  {
    let column = columns.randomElement(using: &random) ?? "body"
    let isHash = column.hasSuffix("hash")
    let old = try Data.fetchOne(
      database, sql: "SELECT CAST(\(column) AS BLOB) FROM journal WHERE seq = ?", arguments: [row])
    var new = old.map { Array($0) }
    switch (new, Int.random(in: 0..<4, using: &random)) {
    case (nil, _): new = Bool.random(using: &random) ? [] : [0x41]
    case (let bytes?, 0) where ["slot", "attempt", "hub"].contains(column) && !bytes.isEmpty: new = nil
    case (let bytes?, 1) where !isHash && !bytes.isEmpty: new = Array(bytes.dropLast())
    case (let bytes?, 2) where !isHash: new = bytes + [UInt8.random(in: 0...255, using: &random)]
    case (var bytes?, _):
      if bytes.isEmpty {
        bytes = [0]
      } else {
        let bit = Int.random(in: 0..<(bytes.count * 8), using: &random)
        bytes[bit / 8] ^= 1 << (bit % 8)
      }
      new = bytes
    }
    let isBlob = isHash || column == "body"
    return SealChange(
      "changed \(column) of \(row)", touched: row, found: row,
      [
        Statement(
          sql: "UPDATE journal SET \(column) = \(isBlob ? "?" : "CAST(? AS TEXT)") WHERE seq = ?",
          values: [new.map { .bytes(Data($0)) } ?? .none, .number(row)])
      ])
  }
}
