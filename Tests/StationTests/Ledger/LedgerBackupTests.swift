import Foundation
import GRDB
import Testing

@testable import Station

@Suite("A backup is the ledger at one moment, or it is not there")
struct LedgerBackupTests {
  private func files(_ folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted()
  }

  private func folder(_ scratch: ScratchLedger) throws -> URL {
    let folder = scratch.folder.appending(path: "backups")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }

  /// The judge is SQLite's own program.
  private func sqlite(_ path: String, _ sql: String) throws -> String {
    let (process, pipe) = (Process(), Pipe())
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["sqlite3", "-readonly", path, sql]
    process.standardOutput = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .newlines)
  }

  @Test func `a backup that is made while 64 slots write is whole, and holds nobody up`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    let place = try folder(scratch)
    let filler = String(repeating: "x", count: 300)
    let drafts = (0..<2000).map {
      ScratchLedger.draft($0, .failed(.check, Fault(.checkOutside, ["a": filler])))
    }
    _ = try await ledger.append(AppendRequest(drafts))
    let load = LedgerLoad(ledger, slots: 64)
    var copies: [VerifiedLedger] = []
    for number in 0..<3 {
      let before = try #require(try await ledger.lastRow()).sequence
      try await eventually("the slots write") { load.written > 64 * number }
      let path = place.appending(path: "\(number).sqlite").path()
      let copy = try LedgerBackup.make(of: scratch.path, to: .file(path))
      #expect(copy.rows >= before)
      copies.append(copy)
    }
    try await load.end()
    #expect(try #require(try await ledger.lastRow()).sequence > copies[2].rows)
    #expect(copies[0].rows < copies[2].rows)
    for copy in copies {
      let row = try await ledger.rows(after: copy.rows - 1, limit: 1).first
      #expect(row?.hash == copy.head)
      #expect(
        try sqlite(copy.path, "PRAGMA integrity_check; SELECT count(*) FROM journal") == "ok\n\(copy.rows)")
      #expect(try FileManager.default.attributesOfItem(atPath: copy.path)[.posixPermissions] as? Int == 0o600)
    }
    // One file each: no log beside it, nothing half made.
    #expect(try files(place) == ["0.sqlite", "1.sqlite", "2.sqlite"])
    #expect(try await ledger.verifyChain().firstBreak == nil)
    #expect(ledger.checkpointFault == nil)
    try ledger.close()
  }

  @Test func `nothing is overwritten, and what fails leaves nothing behind`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    _ = try await ledger.append(ScratchLedger.draft(1, .began(.forge)))
    let place = try folder(scratch)
    let path = place.appending(path: "mine.sqlite").path()
    try "precious".write(toFile: path, atomically: true, encoding: .utf8)
    var fault = #expect(throws: Fault.self) { try LedgerBackup.make(of: scratch.path, to: .file(path)) }
    #expect(fault?.code == .backupFailed)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
    fault = #expect(throws: Fault.self) {
      try LedgerBackup.make(
        of: scratch.path, to: .file(scratch.folder.appending(path: "none/x.sqlite").path()))
    }
    #expect(fault?.code == .backupFailed)
    #expect(try files(place) == ["mine.sqlite"])
    try ledger.close()
  }

  @Test func `a ledger with a damaged row or page gives no backup`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    for number in 0..<300 {
      _ = try await ledger.append(ScratchLedger.draft(number, ScratchLedger.identified(number)))
    }
    let row = try #require(try await ledger.rows(after: 49, limit: 1).first)
    try ledger.close()
    let place = try folder(scratch)
    let good = try Data(contentsOf: URL(filePath: scratch.path))
    try SpoiledFile.spoil(scratch.path, holding: row.hash)
    var fault = #expect(throws: Fault.self) {
      try LedgerBackup.make(of: scratch.path, to: .file(place.appending(path: "a.sqlite").path()))
    }
    #expect(fault?.code == .backupInvalid)
    // Every page is in order, one row is not what was written.
    try good.write(to: URL(filePath: scratch.path))
    try scratch.tamper { database in
      try database.execute(sql: "DROP TRIGGER journal_never_changes")
      try database.execute(sql: "UPDATE journal SET actor = 'mallory' WHERE seq = 50")
    }
    fault = #expect(throws: Fault.self) {
      try LedgerBackup.make(of: scratch.path, to: .file(place.appending(path: "a.sqlite").path()))
    }
    #expect(fault?.code == .backupInvalid)
    #expect(fault?.values["cause"]?.contains("row 50") == true)
    #expect(try files(place).isEmpty)
  }

  @Test func `only the station's own verified older backups are ever deleted`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    let place = try folder(scratch)
    let mine = BackupFolder(path: place.path(), station: "line-1")
    func make(_ reason: BackupName.Reason, station: String = "line-1") async throws -> VerifiedLedger {
      _ = try await ledger.append(ScratchLedger.draft(1, .began(.forge)))
      return try LedgerBackup.make(
        of: scratch.path,
        to: .folder(place.path(), station: station, reason: reason, time: scratch.clock.now()))
    }
    var automatic: [VerifiedLedger] = []
    let manual = try await make(.manual)
    let foreign = try await make(.automatic, station: "line-2")
    for _ in 0..<6 { automatic.append(try await make(.automatic)) }
    // Of another ledger, under a name of ours; and one that rotted.
    let other = try ScratchLedger()
    let another = try other.open()
    for _ in 0..<3 { _ = try await another.append(ScratchLedger.draft(9, .began(.forge))) }
    let stranger = mine.file(
      BackupName(station: "line-1", time: Timestamp(milliseconds: 0), row: 3, reason: .automatic))
    _ = try LedgerBackup.make(of: other.path, to: .file(stranger))
    try another.close()
    try SpoiledFile.overwrite(automatic[1].path, page: 1)
    let before = Set(try files(place))
    let warnings = try mine.retain(2, of: scratch.path)
    #expect(warnings.count == 2)
    let gone = before.subtracting(try files(place))
    #expect(gone == Set([0, 2, 3].map { URL(filePath: automatic[$0].path).lastPathComponent }))
    for path in [
      manual.path, foreign.path, stranger, automatic[1].path, automatic[4].path, automatic[5].path,
    ] {
      #expect(FileManager.default.fileExists(atPath: path))
    }
    try ledger.close()
  }

  @Test func `a backup's name is read back, and nothing else is taken for one`() throws {
    let time = try #require(Timestamp("2026-11-21T06:45:03.000Z"))
    let name = BackupName(station: "line-1 \u{00FC}/..", time: time, row: 1234, reason: .automatic)
    #expect(!name.description.contains("/"))
    #expect(BackupName(file: name.description) == name)
    let plain = BackupName(station: "line-1", time: time, row: 1234, reason: .manual)
    #expect(plain.description == "line-1-20261121T064503Z-0000001234.manual.sqlite")
    for wrong in [
      "line-1-20261121T064503Z-1234.manual.sqlite", "line-1-20261121T064503Z-0000001234.sqlite",
      "line-1-20261321T064503Z-0000001234.auto.sqlite", "ledger.sqlite", ".auto.sqlite", "",
      "line-1-20261121T064503Z-0000001234.auto.sqlite-wal", "a/b-20261121T064503Z-0000000001.auto.sqlite",
    ] {
      #expect(BackupName(file: wrong) == nil, "\(wrong)")
    }
  }

  // MARK: The timer

  private func keeper(_ scratch: ScratchLedger, _ ledger: Ledger, _ place: URL, _ clock: ManualClock)
    -> BackupKeeper
  {
    BackupKeeper(
      ledger: scratch.path, station: "line-1",
      settings: BackupSettings(folder: place.path(), every: .seconds(3600), keep: 2), clock: clock,
      lastRow: { () async throws(Fault) in try await ledger.lastRow()?.sequence ?? 0 })
  }

  @Test func `the timer makes a backup when one is due and there is something new, and keeps so many`()
    async throws
  {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    let place = try folder(scratch)
    let clock = ManualClock()
    let keeper = keeper(scratch, ledger, place, clock)
    for round in 1...4 {
      _ = try await ledger.append(ScratchLedger.draft(round, .began(.forge)))
      let rest = await keeper.step()
      #expect(await keeper.status.newest?.row == Int64(round))
      #expect(rest <= .seconds(300))
      // Not due yet, though there is a new row.
      if round < 4 { clock.advance(by: .seconds(1800)) }
      let count = try files(place).count
      _ = await keeper.step()
      #expect(try files(place).count == count)
      clock.advance(by: .seconds(1801))
    }
    #expect(try files(place).compactMap { BackupName(file: $0)?.row } == [3, 4])
    // Due, and nothing new.
    _ = await keeper.step()
    #expect(await keeper.status.newest?.row == 4)
    #expect(await keeper.status.fault == nil)
    try ledger.close()
  }

  @Test func `a backup that fails is a word and no stop, and goes on when the folder is back`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    let place = scratch.folder.appending(path: "stick")
    let clock = ManualClock()
    let keeper = keeper(scratch, ledger, place, clock)
    _ = try await ledger.append(ScratchLedger.draft(1, .began(.forge)))
    #expect(await keeper.step() == .seconds(300))
    #expect(await keeper.status.fault?.code == .backupFailed)
    var report = StationReport(ledger: scratch.path)
    report.add(await keeper.status)
    #expect(StationReportText.lines(report).contains { $0.contains("No backup of the ledger was made") })
    _ = try await ledger.append(ScratchLedger.draft(2, .began(.forge)))
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    clock.advance(by: .seconds(300))
    _ = await keeper.step()
    #expect(await keeper.status.fault == nil)
    #expect(await keeper.status.newest?.row == 2)
    try ledger.close()
  }

  @Test func `a newest backup from the future does not keep the next one from being made`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    let place = try folder(scratch)
    let clock = ManualClock()
    let keeper = keeper(scratch, ledger, place, clock)
    _ = try await ledger.append(ScratchLedger.draft(1, .began(.forge)))
    let right = clock.now()
    clock.setWall(Timestamp(milliseconds: right.milliseconds + 400 * 86_400_000))
    _ = await keeper.step()
    clock.setWall(right)
    _ = try await ledger.append(ScratchLedger.draft(2, .began(.forge)))
    _ = await keeper.step()
    #expect(await keeper.status.newest?.row == 2)
    try ledger.close()
  }
}
