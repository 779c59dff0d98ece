import Foundation
import GRDB
import Testing

@testable import Station

/// Seeded changes of single rows, each of which must be found, with the row that is the first one wrong.
///
/// The verification is a fold over the rows, so a change is looked at from the state that the untouched rows before it
/// left behind; twenty of them are also verified from row 1, and the whole once more at the end. `STATION_SEAL_CHANGES`
/// is the number of changes on ten times as many rows (10000 is the long form), `STATION_SEED` makes others.
@Suite("Changes under a seal")
struct SealChangeTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let changes = environment["STATION_SEAL_CHANGES"].flatMap(Int.init) ?? 600
  private static let seed = environment["STATION_SEED"].flatMap(UInt64.init) ?? 20_261_121
  private static let columns = [
    "time", "clock", "station", "actor", "slot", "attempt", "hub", "kind", "body", "versions",
    "previous_hash", "hash",
  ]
  private static let step: Int64 = 50

  /// What was done to which row, and the row at which it must be found.
  private struct Change {
    var words: String
    /// The first row that is touched; the rows before it are as they were.
    var touched: Int64
    var found: Int64
  }

  @Test func `every change of every kind is found at its row`() throws {
    let bench = try SealBench(every: 1000)
    try bench.fill(hubs: 1...(Self.changes * 10 / 8))
    var random = ScratchLedger.Seeded(state: Self.seed)
    var kinds: [String: Int] = [:]
    try bench.scratch.stranger().writeWithoutTransaction { database in
      try SealBench.dropRules(database)
      let good = try ChainVerification(database)
      #expect(good.firstBreak == nil && good.seals.firstBreak == nil)
      #expect(good.rows >= Self.changes * 10 && good.seals.seals >= Self.changes / 100)
      var states = [ChainVerification()]
      while states.last?.rows ?? good.rows < good.rows {
        var next = states[states.count - 1]
        try next.goOn(database, through: min(next.rows + Self.step, good.rows))
        states.append(next)
      }
      let kept = try #require(states[states.count - 1].seals.newest.flatMap { Checkpoint(text: $0.text) })
      for number in 0..<Self.changes {
        try database.beginTransaction()
        let change = try Self.change(database, good.rows, &random)
        kinds[String(change.words.prefix { $0 != " " }), default: 0] += 1
        var chain = states[Int((change.touched - 1) / Self.step)]
        try chain.goOn(database, through: min(chain.rows + 2 * Self.step, good.rows + 1))
        let found = chain.firstBreak?.sequence
        #expect(found == change.found, "\(change) of seed \(Self.seed), number \(number)")
        if number % max(1, Self.changes / 20) == 0 {
          let whole = try ChainVerification(database, seals: SealVerification(against: [kept]))
          #expect(whole.firstBreak?.sequence ?? whole.seals.firstBreak?.first == change.found, "\(change)")
        }
        try database.rollback()
      }
      #expect(try ChainVerification(database) == good, "all changes were taken back")
    }
    #expect(kinds.count == 7, "\(kinds)")
  }

  private static func change(_ database: Database, _ rows: Int64, _ random: inout ScratchLedger.Seeded) throws
    -> Change
  {
    let row = Int64.random(in: 1...rows, using: &random)
    func run(_ sql: String, _ arguments: StatementArguments = []) throws {
      try database.execute(sql: sql, arguments: arguments)
    }
    switch Int.random(in: 0..<12, using: &random) {
    case 0:
      try run("DELETE FROM journal WHERE seq = ?", [row])
      return Change(words: "removed \(row)", touched: row, found: row)
    case 1 where row < rows:
      for sql in [
        "SET seq = -1 WHERE seq = ?1", "SET seq = ?1 WHERE seq = ?1 + 1", "SET seq = ?1 + 1 WHERE seq = -1",
      ] {
        try run("UPDATE journal \(sql)", sql.contains("?") ? [row] : [])
      }
      return Change(words: "reordered \(row)", touched: row, found: row)
    case 2:
      // One more row at the end, the copy of another: the chain has its own place only for a row that was made for it.
      try run(
        """
        INSERT INTO journal SELECT ?, \(columns.joined(separator: ", ")) FROM journal WHERE seq = ?
        """, [rows + 1, row])
      return Change(words: "inserted \(row) at the end", touched: rows + 1, found: rows + 1)
    case 3:
      // Cut off: found by whoever has a checkpoint over one of them. The last row is the seal itself, under none.
      let first = max(1, rows - Int64.random(in: 1..<6, using: &random))
      try run("DELETE FROM journal WHERE seq >= ?", [first])
      return Change(words: "cut \(first)", touched: first, found: first)
    case 4 where row < rows:
      // The row's own hash is made good again: the next one tells.
      try run("UPDATE journal SET actor = actor || 'x' WHERE seq = ?", [row])
      var changed = try #require(try JournalQueries.rows(database, where: "seq = ?", [row]).first)
      changed.hash = JournalHash.of(changed)
      try run("UPDATE journal SET hash = ? WHERE seq = ?", [changed.hash, row])
      return Change(words: "rehashed \(row)", touched: row, found: row + 1)
    case 5:
      try run("UPDATE journal SET seq = seq + 1000000 WHERE seq = ?", [row])
      return Change(words: "renumbered \(row)", touched: row, found: row)
    default:
      return try changeValue(database, row, &random)
    }
  }

  private static func changeValue(_ database: Database, _ row: Int64, _ random: inout ScratchLedger.Seeded)
    throws
    -> Change
  {
    let column = columns.randomElement(using: &random) ?? "body"
    let isBlob = ["body", "previous_hash", "hash"].contains(column)
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
    try database.execute(
      sql: "UPDATE journal SET \(column) = \(isBlob ? "?" : "CAST(? AS TEXT)") WHERE seq = ?",
      arguments: [new.map { Data($0) }, row])
    return Change(words: "changed \(column) of \(row)", touched: row, found: row)
  }
}
