import Foundation
import Testing

@testable import Station

/// The folder still has backups of rows that a restore gave up: they say nothing of the ledger that goes on.
@Suite("Backups of a branch that a restore left behind")
struct BackupBranchTests {
  private let scratch: ScratchLedger
  private let place: URL
  private let clock = ManualClock()
  private let ledger: Ledger
  /// Row numbers that the ledger had before the restore, and whose backups are there.
  private static let left: [Int64] = [8, 9, 10]

  /// Automatic backups of rows 8, 9 and 10, the last one rotten; the ledger was restored to row 5.
  init() async throws {
    scratch = try ScratchLedger()
    place = scratch.folder.appending(path: "backups")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    let old = try scratch.open()
    let backup = scratch.folder.appending(path: "good.sqlite").path()
    for number in 1...10 {
      let row = try await old.append(ScratchLedger.draft(number, .began(.forge)))
      if number == 5 { _ = try LedgerBackup.make(of: scratch.path, to: .file(backup)) }
      guard Self.left.contains(Int64(number)) else { continue }
      clock.advance(by: .seconds(60))
      let made = try LedgerBackup.make(
        of: scratch.path,
        to: .folder(place.path(), station: "line-1", reason: .automatic, time: clock.now()))
      if number == 10 { try SpoiledFile.spoil(made.path, holding: row.hash) }
    }
    try old.close()
    for path in LedgerFile(path: scratch.path).allPaths where BackupFile.exists(path) { unlink(path) }
    try FileManager.default.copyItem(atPath: backup, toPath: scratch.path)
    ledger = try scratch.open()
  }

  private func rows() throws -> [Int64] {
    try FileManager.default.contentsOfDirectory(atPath: place.path())
      .compactMap { BackupName(file: $0) }.sorted { $0.row < $1.row }.map(\.row)
  }

  private func keeper() -> BackupKeeper {
    BackupKeeper(
      ledger: scratch.path, station: "line-1",
      settings: BackupSettings(folder: place.path(), every: .seconds(3600), keep: 2), clock: clock,
      lastRow: { [ledger] () async throws(Fault) in try await ledger.lastRow()?.sequence ?? 0 })
  }

  @Test func `a backup is made when one is due, and never more, and the newest ones of this ledger stay`()
    async throws
  {
    let keeper = keeper()
    clock.advance(by: .seconds(60))
    var made: [Int] = []
    for hour in 0..<4 {
      // The last row of the third hour has the number of a row that was given up.
      _ = try await ledger.append(ScratchLedger.draft(50 + hour, .began(.check)))
      for step in 0..<12 {
        let before = try rows()
        _ = await keeper.step()
        #expect(await keeper.status.fault == nil)
        if try rows() != before { made.append(hour * 12 + step) }
        clock.advance(by: .seconds(300))
      }
      let newest = try #require(await keeper.status.newest)
      #expect(newest.row == Int64(6 + hour))
      #expect(FileManager.default.fileExists(atPath: BackupFile.path(in: place.path(), newest.description)))
    }
    // One an hour: the first at once, for this ledger has none.
    #expect(made == [0, 12, 24, 36])
    #expect(try rows() == [8, 8, 9, 9, 10])
    // Files of another branch are left alone, and said.
    #expect(await keeper.status.warnings.count == 3)
    try ledger.close()
  }

  @Test func `an idle station makes one and no more, though one of another branch has as many rows`()
    async throws
  {
    for number in 0..<3 { _ = try await ledger.append(ScratchLedger.draft(50 + number, .began(.check))) }
    let keeper = keeper()
    for _ in 0..<24 {
      _ = await keeper.step()
      clock.advance(by: .seconds(600))
    }
    #expect(try rows() == [8, 8, 9, 10])
    #expect(await keeper.status.newest?.row == 8)
    try ledger.close()
  }

  @Test func `files of another branch push none of this ledger's own out`() async throws {
    let folder = BackupFolder(path: place.path(), station: "line-1")
    // The station's clock was wrong twice: their rows say which are the newest.
    var own: [VerifiedLedger] = []
    for seconds in [7200, -86_400, 0] {
      _ = try await ledger.append(ScratchLedger.draft(60, .began(.check)))
      clock.advance(by: .seconds(30))
      let time = Timestamp(milliseconds: clock.now().milliseconds + Int64(seconds) * 1000)
      own.append(
        try LedgerBackup.make(
          of: scratch.path, to: .folder(place.path(), station: "line-1", reason: .automatic, time: time)))
    }
    _ = try folder.retain(2, of: scratch.path)
    #expect(own.map { FileManager.default.fileExists(atPath: $0.path) } == [false, true, true])
    #expect(try rows() == [7, 8, 8, 9, 10])
    try ledger.close()
  }

  @Test func `doctor names the newest backup of this ledger`() async throws {
    var settings = try Settings.read(text: SettingsExample.text, file: "station.yaml")
    settings.ledger = scratch.path
    settings.station = "line-1"
    settings.backup = BackupSettings(folder: place.path(), every: .seconds(3600), keep: 2)
    func said() -> String {
      BackupDoctor(settings: settings, clock: clock).findings.map(\.text).joined(separator: "\n")
    }
    #expect(said().contains("none yet"), "\(said())")
    _ = await keeper().step()
    #expect(said().contains(", 5 rows"), "\(said())")
    try ledger.close()
  }
}
