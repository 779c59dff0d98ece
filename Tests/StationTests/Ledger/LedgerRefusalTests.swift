import Foundation
import GRDB
import Testing

@testable import Station

@Suite("A ledger that cannot be trusted takes no rows")
struct LedgerRefusalTests {
  private func refusal(_ scratch: ScratchLedger) -> Fault? {
    #expect(throws: Fault.self) { try scratch.open() }
  }

  @Test func `a second station is refused and told who has it, while readers look on`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open(station: "bench-1")
    let row = try await ledger.append(ScratchLedger.draft(1, .began(.forge)))
    let fault = #expect(throws: Fault.self) { try scratch.open(station: "bench-2") }
    #expect(
      fault
        == Fault(
          .ledgerLocked, ["path": scratch.path, "pid": String(getpid()), "holder": "bench-1"]))
    let eyes = try Ledger.reading(path: scratch.path)
    #expect(try await eyes.rows(after: 0, limit: 10) == [row])
    let next = try await ledger.append(ScratchLedger.draft(1, .began(.deliver)))
    #expect(try await eyes.lastRow() == next)
    #expect(throws: Fault.self) {
      try eyes.readNow { try $0.execute(sql: "DELETE FROM station_state") }
    }
    try ledger.close()
    let heir = try scratch.open(station: "bench-2")
    try heir.close()
  }

  @Test func `a ledger that is reached by a link is the same ledger`() throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    let other = try ScratchLedger()
    try FileManager.default.createSymbolicLink(atPath: other.path, withDestinationPath: scratch.path)
    let fault = #expect(throws: Fault.self) { _ = try other.open() }
    #expect(fault?.code == .ledgerLocked)
    #expect(SealKey.path(besides: other.path) == SealKey.path(besides: scratch.path))
    try ledger.close()
    // By a folder that is a link too, and before there is a file.
    let folder = scratch.folder.appending(path: "link").path()
    try FileManager.default.createSymbolicLink(
      atPath: folder, withDestinationPath: scratch.folder.path(percentEncoded: false))
    #expect(
      LedgerFile(path: "\(folder)/new.sqlite").path == scratch.folder.appending(path: "new.sqlite").path())
  }

  @Test func `a ledger that was let go without closing frees its lock`() async throws {
    let scratch = try ScratchLedger()
    do {
      let ledger = try scratch.open()
      _ = try await ledger.append(ScratchLedger.draft(1, .began(.forge)))
    }
    var heir: Ledger?
    // The writer's thread ends by itself, soon.
    let deadline = ContinuousClock.now + .seconds(20)
    while heir == nil, ContinuousClock.now < deadline {
      do throws(Fault) { heir = try scratch.open() } catch {
        #expect(error.code == .ledgerLocked)
        await Task.yield()
      }
    }
    #expect(try await heir?.lastRow()?.sequence == 1)
    try heir?.close()
  }

  @Test func `a ledger of a later program is refused and left alone`() throws {
    let scratch = try ScratchLedger()
    try scratch.open().close()
    try scratch.tamper { try $0.execute(sql: "PRAGMA user_version = 99") }
    let before = try Data(contentsOf: URL(filePath: scratch.path))
    let fault = refusal(scratch)
    #expect(fault?.code == .ledgerNewer)
    #expect(fault?.values["found"] == "99")
    #expect(fault?.values["path"] == scratch.path)
    #expect(try Data(contentsOf: URL(filePath: scratch.path)) == before)
    let reading = #expect(throws: Fault.self) { try Ledger.reading(path: scratch.path) }
    #expect(reading?.code == .ledgerNewer)
  }

  @Test(arguments: ["CREATE TABLE songs(name TEXT)", "PRAGMA application_id = 77; CREATE TABLE journal(seq)"])
  func `somebody else's database is refused and left alone`(statement: String) throws {
    let scratch = try ScratchLedger()
    try scratch.tamper { try $0.execute(sql: statement) }
    #expect(chmod(scratch.path, 0o644) == 0)
    let before = try Data(contentsOf: URL(filePath: scratch.path))
    #expect(refusal(scratch)?.code == .ledgerForeign)
    #expect(try Data(contentsOf: URL(filePath: scratch.path)) == before)
    #expect(
      try FileManager.default.attributesOfItem(atPath: scratch.path)[.posixPermissions] as? Int == 0o644)
  }

  @Test func `what is no database is called corrupt, and what is not there is not made by reading`() throws {
    let scratch = try ScratchLedger()
    try Data(repeating: 0x41, count: 8192).write(to: URL(filePath: scratch.path))
    #expect(refusal(scratch)?.code == .ledgerCorrupt)
    let missing = scratch.folder.appending(path: "none.sqlite").path()
    let fault = #expect(throws: Fault.self) { try Ledger.reading(path: missing) }
    #expect(fault?.code == .ledgerFailed)
    #expect(!FileManager.default.fileExists(atPath: missing))
  }

  @Test func `a disk without room refuses rows, loses none, and goes on when there is room`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    let commits = ledger.subscribe()
    func limit(_ pages: Int) throws {
      try ledger.writer.look { database in
        let used = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
        try database.execute(sql: "PRAGMA max_page_count = \(used + pages)")
      }
    }
    try limit(20)
    let filler = String(repeating: "x", count: 390)
    var written: [JournalRow] = []
    var refusal: Fault?
    while refusal == nil, written.count < 2000 {
      let number = written.count
      do throws(Fault) {
        written += try await ledger.append(
          AppendRequest([
            ScratchLedger.draft(number, ScratchLedger.identified(number)),
            ScratchLedger.draft(number, .failed(.check, Fault(.checkOutside, ["a": filler, "b": filler]))),
          ]))
      } catch { refusal = error }
    }
    #expect(refusal?.code == .ledgerFull)
    #expect(written.count > 4)
    guard case .full = ledger.health else {
      Issue.record("\(ledger.health)")
      return
    }
    // All who wait at that moment hear the same.
    let hold = ScratchLedger.Hold(ledger)
    let tasks = (0..<8).map { number in
      Task {
        try await ledger.append(
          ScratchLedger.draft(
            5000 + number, .failed(.check, Fault(.checkOutside, ["a": filler, "b": filler, "c": filler]))))
      }
    }
    try await eventually("eight requests wait") { ledger.writer.backlog >= 8 }
    hold.release()
    var answers = Set<FaultCode>()
    for task in tasks {
      do { written.append(try await task.value) } catch {
        if let fault = error as? Fault { answers.insert(fault.code) }
      }
    }
    #expect(answers == [.ledgerFull])
    #expect(try await ledger.rows(after: 0, limit: 5000) == written)
    #expect(try await ledger.compareProjections().agree)

    try limit(100)
    written.append(try await ledger.append(ScratchLedger.draft(7000, .began(.forge))))
    #expect(ledger.health == .healthy)
    #expect(try await ledger.rows(after: 0, limit: 5000) == written)
    #expect(try await ledger.verifyChain().rows == Int64(written.count))
    try ledger.close()
    var heard: [JournalRow] = []
    for await rows in commits { heard += rows }
    #expect(heard == written)
  }

  /// Overwrites the root page of a table.
  private func spoil(_ table: String, in scratch: ScratchLedger) throws {
    let page = try scratch.stranger().read {
      try Int.fetchOne($0, sql: "SELECT rootpage FROM sqlite_master WHERE name = ?", arguments: [table])
    }
    let handle = try FileHandle(forUpdating: URL(filePath: scratch.path))
    try handle.seek(toOffset: UInt64((try #require(page) - 1) * 4096))
    try handle.write(contentsOf: Data(repeating: 0xA5, count: 4096))
    try handle.close()
  }

  @Test func `a spoiled page of the journal is refused at the start`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    for number in 0..<300 {
      _ = try await ledger.append(ScratchLedger.draft(number, ScratchLedger.identified(number)))
    }
    try ledger.close()
    try spoil("journal", in: scratch)
    #expect(refusal(scratch)?.code == .ledgerCorrupt)
    let eyes = try Ledger.reading(path: scratch.path)
    #expect(try await eyes.verifyChain().firstBreak?.reason == .unreadable)
  }

  @Test func `a spoiled page that is met later stops the line until the file is good`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    for number in 0..<300 {
      _ = try await ledger.append(ScratchLedger.draft(number, ScratchLedger.identified(number)))
    }
    try ledger.close()
    let again = try scratch.open()
    // After the look that every start takes at every page; the writer's own copy of the page is dropped.
    let good = try Data(contentsOf: URL(filePath: scratch.path))
    try spoil("unit", in: scratch)
    try again.writer.look { try $0.execute(sql: "PRAGMA shrink_memory") }
    let commits = again.subscribe()
    var fault = await #expect(throws: Fault.self) {
      try await again.append(ScratchLedger.draft(400, ScratchLedger.identified(400)))
    }
    #expect(fault?.code == .ledgerCorrupt)
    // Also a row that would not touch the page.
    fault = await #expect(throws: Fault.self) {
      try await again.append(JournalDraft(entry: .stationStopped(reason: "x")))
    }
    #expect(fault?.code == .ledgerCorrupt)
    guard case .stopped = again.health else {
      Issue.record("\(again.health)")
      return
    }
    #expect(throws: Fault.self) { try again.recover() }
    let handle = try FileHandle(forUpdating: URL(filePath: scratch.path))
    try handle.write(contentsOf: good)
    try handle.close()
    try again.recover()
    #expect(again.health == .healthy)
    let row = try await again.append(ScratchLedger.draft(400, ScratchLedger.identified(400)))
    #expect(row.sequence == 301)
    try again.close()
    var heard: [JournalRow] = []
    for await rows in commits { heard += rows }
    #expect(heard == [row])
  }

  @Test func `a connection that may not write says so and stops the line`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    try ledger.writer.look { try $0.execute(sql: "PRAGMA query_only = ON") }
    let fault = await #expect(throws: Fault.self) {
      try await ledger.append(ScratchLedger.draft(1, .began(.forge)))
    }
    #expect(fault?.code == .ledgerReadOnly)
    try ledger.recover()
    _ = try await ledger.append(ScratchLedger.draft(1, .began(.forge)))
    try ledger.close()
  }

  @Test func `another program that holds the file delays the line and does not break it`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    let stranger = try scratch.stranger()
    let task = try await stranger.writeWithoutTransaction { database in
      try database.execute(sql: "BEGIN IMMEDIATE")
      let task = Task { try await ledger.append(ScratchLedger.draft(1, .began(.forge))) }
      try database.execute(sql: "COMMIT")
      return task
    }
    #expect(try await task.value.sequence == 1)
    try ledger.close()
  }
}
