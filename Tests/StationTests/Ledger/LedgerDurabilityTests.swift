import Foundation
import GRDB
import Testing

@testable import Station

@Suite("What the ledger has said is on the disk, and stays")
struct LedgerDurabilityTests {
  @Test func `the writer commits with synchronous FULL in WAL mode and leaves checkpoints to others`() throws
  {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    let (synchronous, mode, automatic) = try ledger.writer.look { database in
      (
        try Int.fetchOne(database, sql: "PRAGMA synchronous"),
        try String.fetchOne(database, sql: "PRAGMA journal_mode"),
        try Int.fetchOne(database, sql: "PRAGMA wal_autocheckpoint")
      )
    }
    #expect(synchronous == 2)
    #expect(mode == "wal")
    #expect(automatic == 0)
    try ledger.recover()
    #expect(try ledger.writer.look { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 2)
    try ledger.close()
  }

  @Test func `a connection that may lose the last commits is refused`() throws {
    let scratch = try ScratchLedger()
    try scratch.tamper { database in
      try database.execute(sql: "PRAGMA synchronous = NORMAL")
      #expect(throws: Fault.self) { try LedgerConnection.assertDurable(database) }
    }
  }

  @Test(arguments: [
    "UPDATE journal SET actor = 'mallory' WHERE seq = 2",
    "UPDATE OR REPLACE journal SET seq = 1 WHERE seq = 2",
    "DELETE FROM journal WHERE seq = 3",
    "DELETE FROM journal",
    "INSERT OR REPLACE INTO journal SELECT * FROM journal WHERE seq = 2",
    "REPLACE INTO journal SELECT * FROM journal WHERE seq = 3",
    "INSERT INTO journal SELECT * FROM journal WHERE seq = 3 ON CONFLICT(seq) DO UPDATE SET actor = 'mallory'",
    "INSERT INTO journal SELECT 5, time, clock, station, actor, slot, attempt, hub, kind, body, versions, hash, hash FROM journal WHERE seq = 3",
    "INSERT INTO journal SELECT NULL, time, clock, station, actor, slot, attempt, hub, kind, body, versions, hash, hash FROM journal WHERE seq = 3",
    "INSERT INTO journal SELECT 4, time, clock, station, actor, slot, attempt, hub, kind, body, versions, hash, hash FROM journal WHERE seq = 2",
  ])
  func `SQLite itself refuses to rewrite the journal`(statement: String) throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    for number in 1...3 {
      _ = try ledger.appendNow(AppendRequest(ScratchLedger.draft(number, .began(.forge))))
    }
    let before = try ledger.reader.readNow { try JournalQueries.rows($0, after: 0, limit: 10) }
    for recursive in ["ON", "OFF"] {
      try scratch.tamper { database in
        try database.execute(sql: "PRAGMA recursive_triggers = \(recursive)")
        let error = #expect(throws: DatabaseError.self) { try database.execute(sql: statement) }
        #expect(error?.message?.hasPrefix("journal: ") == true)
      }
    }
    #expect(try ledger.reader.readNow { try JournalQueries.rows($0, after: 0, limit: 10) } == before)
    #expect(before.map(\.sequence) == [1, 2, 3])
  }

  @Test func `the refused insert is refused for its number, not for its form`() throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    for number in 1...3 {
      _ = try ledger.appendNow(AppendRequest(ScratchLedger.draft(number, .began(.forge))))
    }
    try scratch.tamper { database in
      try database.execute(
        sql: """
          INSERT INTO journal SELECT 4, time, clock, station, actor, slot, attempt, hub, kind, body, versions, hash,
          hash FROM journal WHERE seq = 3
          """)
    }
    #expect(try ledger.reader.readNow { try JournalQueries.last($0) }?.sequence == 4)
  }

  @Test func `files are for their owner only, whatever the umask`() async throws {
    // The umask belongs to the whole process; for other tests that run now it matters nothing.
    let scratch = try ScratchLedger()
    let folder = scratch.folder.appending(path: "deep/er")
    let path = folder.appending(path: "ledger.sqlite").path()
    let before = umask(0)
    let ledger = try Ledger.open(
      path: path, station: "bench-1", clock: scratch.clock,
      versions: StationStart(version: "1", settings: "defaults"))
    umask(before)
    _ = try await ledger.append(ScratchLedger.draft(1, .began(.forge)))
    #expect(try mode(folder.path()) == 0o700)
    for file in ["", "-wal", "-shm", ".lock"] { #expect(try mode(path + file) == 0o600, "\(file)") }
    try ledger.close()
    #expect(chmod(path, 0o644) == 0)
    let again = try Ledger.open(
      path: path, station: "bench-1", clock: scratch.clock,
      versions: StationStart(version: "1", settings: "defaults"))
    #expect(try mode(path) == 0o600)
    try again.close()
  }

  private func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test func `rows are there after the ledger is opened again, and go on`() async throws {
    let scratch = try ScratchLedger()
    let first = try scratch.open()
    let one = try await first.append(ScratchLedger.draft(1, attempt: 1, .opened(device: "/dev/ttyUSB0")))
    try first.close()
    await #expect(throws: Fault.self) { try await first.append(ScratchLedger.draft(1, .began(.forge))) }
    #expect(first.health == .closed)

    let second = try scratch.open(station: "bench-2")
    let two = try await second.append(
      ScratchLedger.draft(1, .began(.forge)), expecting: .init(hub: ScratchLedger.hub(1), sequence: 1))
    #expect(two.previousHash == one.hash)
    #expect(try await second.rows(after: 0, limit: 10) == [one, two])
    #expect(try await second.rows(of: ScratchLedger.hub(1)) == [one, two])
    #expect(try await second.rows(ofAttempt: AttemptID(text: "attempt-1")) == [one])
    #expect(two.station == "bench-2")
    #expect(try two.entry() == .began(.forge))
    #expect(two.versions == #"{"settings":"defaults","station":"1.0"}"#)
    try second.close()
  }

  @Test func `the log stays short while many rows are written`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    let filler = String(repeating: "x", count: 300)
    for number in 0..<60 {
      let drafts = (0..<100).map { index in
        ScratchLedger.draft(number * 100 + index, .failed(.check, Fault(.checkOutside, ["a": filler])))
      }
      _ = try await ledger.append(AppendRequest(drafts))
    }
    // Closing checkpoints too; the size is taken before.
    let size = try FileManager.default.attributesOfItem(atPath: scratch.path + "-wal")[.size] as? Int
    #expect(try #require(size) < 64 << 20)
    #expect(ledger.checkpointFault == nil)
    try ledger.close()
  }

  @Test func `a clock that jumped back is written as it is, and known`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    let late = try #require(Timestamp("2026-11-21T06:45:03.000Z"))
    let early = try #require(Timestamp("2020-01-01T00:00:00.000Z"))
    let future = try #require(Timestamp("2070-01-01T00:00:00.000Z"))
    #expect(ledger.lastTime == nil)
    scratch.clock.set(future, .unsynchronised)
    _ = try await ledger.append(ScratchLedger.draft(1, .began(.forge)))
    #expect(ledger.lastTime == future)
    scratch.clock.set(late)
    _ = try await ledger.append(ScratchLedger.draft(1, .began(.forge)))
    #expect(ledger.lastTime == late)
    scratch.clock.set(early)
    let row = try await ledger.append(ScratchLedger.draft(1, .began(.forge)))
    #expect(row.time == early)
    #expect(ledger.lastTime == late)
    try ledger.close()
    let again = try scratch.open()
    #expect(again.lastTime == late)
    try again.close()
  }
}
