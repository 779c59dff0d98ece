import Foundation
import GRDB
import Testing

@testable import Station

/// There is one version of the tables so far: the newer one is the test's own.
@Suite("A ledger of an older program")
struct LedgerMigrationTests {
  private static let newer = LedgerSchema(
    migrations: LedgerSchema.current.migrations + [
      "CREATE TABLE label(hub TEXT PRIMARY KEY, printed TEXT NOT NULL) STRICT;"
    ])

  private func open(_ scratch: ScratchLedger, _ schema: LedgerSchema) throws(Fault) -> Ledger {
    try Ledger.open(
      path: scratch.path, station: "bench-1", clock: scratch.clock,
      versions: StationStart(version: "2.0", settings: "defaults"), schema: schema)
  }

  private func kept(_ scratch: ScratchLedger) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path())
      .filter { BackupName(file: $0)?.reason == .migration }.sorted()
  }

  private func filled() async throws -> (ScratchLedger, [JournalRow]) {
    let scratch = try ScratchLedger()
    let old = try open(scratch, .current)
    for number in 0..<20 {
      _ = try await old.append(ScratchLedger.draft(number, ScratchLedger.identified(number)))
    }
    let rows = try await old.rows(after: 0, limit: 100)
    try old.close()
    return (scratch, rows)
  }

  @Test func `goes forward once, with every row, after a verified backup beside it`() async throws {
    let (scratch, rows) = try await filled()
    let ledger = try open(scratch, Self.newer)
    #expect(try await ledger.rows(after: 0, limit: 100) == rows)
    #expect(try ledger.writer.look { try Int.fetchOne($0, sql: "PRAGMA user_version") } == 2)
    #expect(try ledger.writer.look { try Int.fetchOne($0, sql: "SELECT count(*) FROM label") } == 0)
    let names = try kept(scratch)
    #expect(names.count == 1)
    let name = try #require(names.first)
    let copy = try VerifiedLedger(verifying: scratch.folder.appending(path: name).path())
    #expect(copy.version == 1)
    #expect(copy.rows == 20)
    #expect(copy.head == rows.last?.hash)
    _ = try await ledger.append(ScratchLedger.draft(30, .began(.forge)))
    try ledger.close()
    // Not once more.
    try open(scratch, Self.newer).close()
    #expect(try kept(scratch) == names)
    // The older program leaves it alone.
    let fault = #expect(throws: Fault.self) { try open(scratch, .current) }
    #expect(fault?.code == .ledgerNewer)
  }

  @Test func `stays as it is when no backup can be made`() async throws {
    let (scratch, rows) = try await filled()
    // A row that is not what was written: the copy cannot be verified.
    try scratch.tamper { database in
      try database.execute(sql: "DROP TRIGGER journal_never_changes")
      try database.execute(sql: "UPDATE journal SET actor = 'mallory' WHERE seq = 7")
    }
    let before = try Data(contentsOf: URL(filePath: scratch.path))
    let fault = #expect(throws: Fault.self) { try open(scratch, Self.newer) }
    #expect(fault?.code == .backupInvalid)
    #expect(try kept(scratch).isEmpty)
    #expect(try Data(contentsOf: URL(filePath: scratch.path)) == before)
    #expect(rows.count == 20)
  }

  @Test func `stays as it is when the change fails half way`() async throws {
    let (scratch, rows) = try await filled()
    let broken = LedgerSchema(
      migrations: LedgerSchema.current.migrations + ["CREATE TABLE label(hub TEXT); CREATE TABLE unit(x);"])
    #expect(throws: Fault.self) { try open(scratch, broken) }
    #expect(try kept(scratch).count == 1)
    let again = try open(scratch, .current)
    #expect(try await again.rows(after: 0, limit: 100) == rows)
    #expect(
      try again.writer.look {
        try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_master WHERE name = 'label'")
      }
        == 0)
    try again.close()
  }
}
