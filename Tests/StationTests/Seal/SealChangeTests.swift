import Foundation
import GRDB
import Testing

@testable import Station

/// Seeded changes, each of which must be found, with the row that is the first one wrong, by us and by python.
///
/// The verification is a fold over the rows, so a change is looked at from the state that the untouched rows before it
/// left behind; twenty of them are also verified from row 1, and the whole once more at the end. `STATION_SEAL_CHANGES`
/// is the number of changes, on ten times as many rows (10000 is the long form); `STATION_SEED` makes others. In a soak
/// (`STATION_SOAK_SECONDS`) there are as many as fit.
@Suite("Changes under a seal")
struct SealChangeTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let soak = environment["STATION_SOAK_SECONDS"].flatMap(Int.init)
  private static let changes =
    environment["STATION_SEAL_CHANGES"].flatMap(Int.init) ?? soak.map { min(10_000, max(600, $0 * 20)) }
    ?? 600
  private static let seed = environment["STATION_SEED"].flatMap(UInt64.init) ?? 20_261_121
  private static let step: Int64 = 50

  @Test func `every change of every kind is found at its row, by us and by python`() async throws {
    let bench = try SealBench(every: 1000)
    try bench.fill(hubs: 1...(Self.changes * 10 / 8))
    let changes = try Self.found(bench)
    #expect(changes.count == Self.changes && Set(changes.map(\.kind)).count == 7)
    let file = bench.scratch.folder.appending(path: "changes.jsonl")
    let lines = try changes.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
    try (lines.joined(separator: "\n") + "\n").write(to: file, atomically: true, encoding: .utf8)
    // Python makes each change anew, and names the first bad row of it.
    let theirs = try await SealBench.python("changes", bench.scratch.path, file.path())
    #expect(theirs == "good \(Self.changes)")
  }

  /// Makes each change and takes it back, and expects it to be found.
  private static func found(_ bench: SealBench) throws -> [SealChange] {
    try bench.scratch.stranger().writeWithoutTransaction { database in
      try SealBench.dropRules(database)
      let good = try ChainVerification(database)
      #expect(good.firstBreak == nil && good.seals.firstBreak == nil)
      #expect(good.rows >= changes * 10 && good.seals.seals >= good.rows / 1200)
      var states = [ChainVerification()]
      while states.last?.rows ?? good.rows < good.rows {
        var next = states[states.count - 1]
        try next.goOn(database, through: min(next.rows + step, good.rows))
        states.append(next)
      }
      let kept = try #require(states[states.count - 1].seals.newest.flatMap { Checkpoint(text: $0.text) })
      var random = ScratchLedger.Seeded(state: seed)
      var made: [SealChange] = []
      for number in 0..<changes {
        try database.beginTransaction()
        let change = try SealChange.draw(database, good.rows, &random)
        try change.make(database)
        made.append(change)
        var chain = states[Int((change.touched - 1) / step)]
        try chain.goOn(database, through: min(chain.rows + 2 * step, good.rows + 1))
        #expect(
          chain.firstBreak?.sequence == change.found, "\(change.words) of seed \(seed), number \(number)")
        if number % max(1, changes / 20) == 0 {
          let whole = try ChainVerification(database, seals: SealVerification(against: [kept]))
          #expect(
            whole.firstBreak?.sequence ?? whole.seals.firstBreak?.first == change.found, "\(change.words)")
        }
        try database.rollback()
      }
      #expect(try ChainVerification(database) == good, "all changes were taken back")
      return made
    }
  }

  @Test func `damage to whatever answers are made from is found`() throws {
    let bench = try SealBench(every: 100)
    try bench.fill(hubs: 1...24)
    var random = ScratchLedger.Seeded(state: Self.seed)
    let rounds = Self.changes / 5
    var tables: [String: Int] = [:]
    try bench.scratch.stranger().writeWithoutTransaction { database in
      #expect(try ProjectionComparison(database).agree)
      for number in 0..<rounds {
        try database.beginTransaction()
        let words = try Self.damage(database, &random)
        tables[String(words.split(separator: " ")[1]), default: 0] += 1
        #expect(try !ProjectionComparison(database).agree, "\(words), seed \(Self.seed), number \(number)")
        try database.rollback()
      }
      #expect(try ProjectionComparison(database).agree && TableVerification(database).isGood)
    }
    #expect(tables.keys.sorted() == ["attempt", "outbox", "unit"], "\(tables)")
  }

  /// Another value in one cell of one row, or a row that is gone.
  private static func damage(_ database: Database, _ random: inout ScratchLedger.Seeded) throws -> String {
    let table = ["unit", "attempt", "outbox"].randomElement(using: &random) ?? "unit"
    let rows = try Int64.fetchAll(database, sql: "SELECT rowid FROM \(table) ORDER BY rowid")
    let row = try #require(rows.randomElement(using: &random))
    if Int.random(in: 0..<10, using: &random) == 0 {
      try database.execute(sql: "DELETE FROM \(table) WHERE rowid = ?", arguments: [row])
      return "deleted \(table) \(row)"
    }
    let columns = try database.columns(in: table)
    let column = try #require(columns.randomElement(using: &random))
    let old = try DatabaseValue.fetchOne(
      database, sql: "SELECT \(column.name) FROM \(table) WHERE rowid = ?", arguments: [row])
    let new: any DatabaseValueConvertible
    switch (column.type, old ?? .null) {
    case ("INTEGER", let value):
      new = (Int64.fromDatabaseValue(value) ?? 0) + Int64.random(in: 1...9, using: &random)
    case (_, let value): new = (String.fromDatabaseValue(value) ?? "") + "x"
    }
    try database.execute(
      sql: "UPDATE \(table) SET \(column.name) = ? WHERE rowid = ?", arguments: [new, row])
    return "changed \(table) \(column.name) \(row)"
  }
}
