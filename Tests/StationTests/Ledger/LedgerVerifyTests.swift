import Foundation
import GRDB
import Testing

@testable import Station

/// `ledger verify` on a file that somebody or something has spoiled: exit status 1 and the first bad row, whatever else
/// cannot be read.
@Suite("Verifying a spoiled ledger")
struct LedgerVerifyTests {
  private static func sealed() throws -> SealBench {
    let bench = try SealBench(every: 100)
    try bench.fill(hubs: 1...60)
    return bench
  }

  private static func verify(_ bench: SealBench) async throws -> CommandProgram.Answer {
    try await CommandProgram.run(["ledger", "verify", "--json", "--ledger", bench.scratch.path])
  }

  @Test func `a search that misses a unit, or finds one that is not there, is damage`() async throws {
    for sql in [
      """
      INSERT INTO unit_text(unit_text, rowid, serial, mac, model, hub)
        SELECT 'delete', rowid, serial, mac, model, hub FROM unit WHERE serial = 'SPK10000003'
      """,
      "INSERT INTO unit_text(rowid, serial, mac, model, hub) VALUES(7, 'SPK99999999', '', '', '')",
      """
      INSERT INTO unit_text(unit_text, rowid, serial, mac, model, hub)
        SELECT 'delete', rowid, serial, mac, model, hub FROM unit WHERE serial = 'SPK10000003';
      INSERT INTO unit_text(rowid, serial, mac, model, hub)
        SELECT rowid, 'SPK10000333', mac, model, hub FROM unit WHERE serial = 'SPK10000003'
      """,
    ] {
      let bench = try Self.sealed()
      #expect(try await Self.verify(bench).status == 0)
      try bench.scratch.tamper { try $0.execute(sql: sql) }
      let answer = try await Self.verify(bench)
      #expect(answer.status == 1 && answer.output.contains("unit_text does not have the words"), "\(answer)")
    }
  }

  @Test func `an index of words whose pages are spoiled is damage`() async throws {
    let bench = try Self.sealed()
    try bench.scratch.tamper {
      try $0.execute(sql: "UPDATE unit_text_data SET block = x'0123' WHERE id > 100")
    }
    let answer = try await Self.verify(bench)
    #expect(answer.status == 1 && answer.output.contains("unit_text"), "\(answer)")
  }

  @Test func `the first bad row is named although the last one cannot be read`() async throws {
    let bench = try Self.sealed()
    try bench.tamper { database in
      try database.execute(
        sql: """
          UPDATE journal SET actor = 'eve' WHERE seq = 5;
          UPDATE journal SET time = 'x' WHERE seq = (SELECT max(seq) FROM journal)
          """)
    }
    let answer = try await Self.verify(bench)
    #expect(answer.status == 1 && answer.output.contains("\"brokenRow\":5"), "\(answer)")
  }

  @Test func `a row of no known kind in a good chain is told with its number`() async throws {
    let bench = try Self.sealed()
    let last = try #require(try await Ledger.reading(path: bench.scratch.path).lastRow()).sequence
    try bench.tamper { database in
      try database.execute(sql: "UPDATE journal SET kind = 'unit.invented' WHERE seq = ?", arguments: [last])
      try SealBench.rechain(database, from: last)
    }
    let answer = try await Self.verify(bench)
    #expect(answer.status == 1 && answer.output.contains("row \(last): "), "\(answer)")
  }

  @Test func `a page that is gone is the row that stood there`() async throws {
    let bench = try Self.sealed()
    let row = try #require(
      try await Ledger.reading(path: bench.scratch.path).rows(after: 199, limit: 1).first)
    try SpoiledFile.spoil(bench.scratch.path, holding: row.hash)
    let answer = try await Self.verify(bench)
    #expect(answer.status == 1, "\(answer)")
    let verdict = try JSONDecoder().decode(LedgerVerdict.self, from: Data(answer.output.utf8))
    let broken = try #require(verdict.brokenRow)
    #expect((150...200).contains(broken) && broken == verdict.rows + 1, "\(verdict)")
  }
}
