import Foundation
import Testing

@testable import Station

/// What counts as lost, and which units are held for it: this record's own, and each of which a row is lost.
@Suite("A restore holds the units of lost rows, and no others")
struct LedgerRestoreLossTests {
  // MARK: Several records in one folder

  @Test func `rows of another station in the folder of the second copy are not this one's`() async throws {
    let bench = try await RestoreBench(before: 1, after: 1, record: true)
    let rows = try await bench.allRows()
    let other = try ScratchLedger()
    let neighbour = try other.open(station: "line-2")
    for number in 1...200 {
      for entry in [
        ScratchLedger.identified(number), ScratchLedger.passed(number, certificate: number),
      ] {
        _ = try neighbour.appendNow(AppendRequest(ScratchLedger.draft(number, attempt: number, entry)))
      }
    }
    #expect(try #require(try await neighbour.lastRow()).sequence > Int64(rows.count) + 100)
    try await RestoreBench.ship(neighbour, as: "line-2", to: try #require(bench.record))
    try neighbour.close()
    // Where the ledger ends, and where it is gone.
    let preview = try bench.restore().preview()
    #expect(preview.lost == 0 && preview.held.isEmpty && preview.newestLost == nil)
    try bench.removeLedger()
    let done = try bench.restore().perform(actor: "4711")
    #expect(done.rows == Int64(rows.count) && done.held.isEmpty && done.newestLost == nil)
    let ledger = try bench.open()
    #expect(try await ledger.units(UnitFilter(onHold: true)).isEmpty)
    #expect(try await ledger.units(UnitFilter()).count == 2)
    try ledger.close()
  }

  /// The hole lies among rows of the new name, or where they begin: then the backup and what is brought back know the
  /// old name only.
  @Test(arguments: [41, 21] as [Int64])
  func `the record of a station that was renamed is its own under each of its names`(first: Int64)
    async throws
  {
    let scratch = try ScratchLedger()
    let place = scratch.folder.appending(path: "record")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    let backup = scratch.folder.appending(path: "backup.sqlite").path()
    func pass(_ numbers: ClosedRange<Int>, as station: String) async throws {
      let ledger = try scratch.open(station: station)
      for number in numbers {
        for entry in [
          ScratchLedger.identified(number), ScratchLedger.passed(number, certificate: number),
        ] {
          _ = try ledger.appendNow(AppendRequest(ScratchLedger.draft(number, attempt: number, entry)))
        }
      }
      try await RestoreBench.ship(ledger, as: station, to: place.path())
      try ledger.close()
    }
    try await pass(1...10, as: "line-1")
    _ = try LedgerBackup.make(of: scratch.path, to: .file(backup))
    try await pass(11...30, as: "line-7")
    // Rows 1 to 60 lie there as line-7, the first 20 as line-1 too. Four are in neither.
    for path in LedgerFile(path: scratch.path).allPaths where BackupFile.exists(path) { unlink(path) }
    let hole = RecordSegmentName(station: "line-7", first: first, last: first + 3).description
    try FileManager.default.removeItem(at: place.appending(path: hole))
    let preview = try LedgerRestore(
      backup, over: scratch.path, record: place.path(), station: nil, clock: SystemClock(),
      versions: StationStart(version: "1", settings: "s")
    ).preview()
    #expect(preview.fromRecord == first - 21 && preview.rows == first - 1)
    // Two rows a unit.
    #expect(Set(preview.held.map(\.hub)) == Set((Int(first + 5) / 2...30).map(ScratchLedger.hub)))
  }

  // MARK: Decisions that are lost

  /// Three units passed and are in the backup; of the first two something was decided since. A hole lies before that.
  private func decided(record: Bool) async throws -> RestoreBench {
    let bench = try await RestoreBench(before: 3, after: 1, record: record)
    let rows = try await bench.allRows()
    let ledger = try bench.open()
    let scrap = UnitDisposal(act: .scrap, from: .released, to: .scrapped, reason: "cracked")
    for (number, entry) in [
      (0, JournalEntry.held(Fault(.qualityHold, ["reason": "smoke"]))), (1, .disposed(scrap)),
    ] {
      _ = try await ledger.append(JournalDraft(actor: "anna", hub: bench.ids[number], entry: entry))
    }
    if let place = bench.record { try await RestoreBench.ship(ledger, as: "test", to: place) }
    try ledger.close()
    let hole = try #require(rows.first { $0.hub == bench.ids[3] && $0.kind == "step.done" })
    if record {
      try bench.removeLedger()
      let file = try #require(
        try bench.segments().first {
          let name = RecordSegmentName(file: $0.lastPathComponent)
          return name.map { $0.first <= hole.sequence && hole.sequence <= $0.last } == true
        })
      try FileManager.default.removeItem(at: file)
    } else {
      try SpoiledFile.spoil(bench.path, holding: hole.hash)
    }
    return bench
  }

  @Test(arguments: [false, true])
  func `a unit that was held or scrapped behind a hole is not free again`(record: Bool) async throws {
    let bench = try await decided(record: record)
    let done = try bench.restore().perform(actor: "4711")
    #expect(Set(done.held.map(\.hub)).isSuperset(of: bench.ids[0...1]), "\(done.held)")
    #expect(done.held.filter { bench.ids[0...1].contains($0.hub) }.allSatisfy { $0.passed })
    #expect(!done.held.map(\.hub).contains(bench.ids[2]), "nothing of it is lost")
    let ledger = try bench.open()
    let held = Set(try await ledger.units(UnitFilter(onHold: true)).map(\.hub))
    #expect(held == Set(done.held.map(\.hub)))
    for hub in bench.hubs[0...1] {
      let conclusion = await bench.visit(hub, on: ledger)
      #expect(conclusion.fault?.code == .unitOnHold && conclusion.fault?.values["reason"] == "history-lost")
    }
    #expect(await bench.visit(bench.hubs[2], on: ledger).outcome == .passed)
    #expect(try await ledger.compareProjections().agree)
    try ledger.close()
  }

  /// The decision is known by nothing but the number of the unit's newest row.
  @Test func `a unit whose newest row cannot be read is held`() async throws {
    let bench = try await RestoreBench(before: 2, after: 1)
    let ledger = try bench.open()
    let row = try await ledger.append(
      JournalDraft(hub: bench.ids[0], entry: .held(Fault(.qualityHold, ["reason": "smoke"]))))
    try ledger.close()
    try SpoiledFile.spoil(bench.path, holding: row.hash)
    let preview = try bench.restore().preview()
    #expect(preview.held.map(\.hub).contains(bench.ids[0]))
    #expect(!preview.held.map(\.hub).contains(bench.ids[1]))
  }

  /// The ledger that is there is of another branch: what both have in common is not lost.
  @Test func `units whose rows both branches have are not held`() async throws {
    let bench = try await RestoreBench(before: 2, after: 1)
    let lostBranch = bench.floor.folder.appending(path: "branch.sqlite").path()
    _ = try LedgerBackup.make(of: bench.path, to: .file(lostBranch))
    // Back to the backup alone: rows are written there that the lost branch has not.
    try bench.removeLedger()
    _ = try bench.restore().perform(actor: "4711")
    let ledger = try bench.open()
    #expect(await bench.visit(RestoreBench.hub(8), on: ledger).outcome == .passed)
    try await ledger.append(
      JournalDraft(hub: bench.ids[1], entry: .held(Fault(.qualityHold, ["reason": "smoke"]))))
    try ledger.close()
    let preview = try bench.restore(from: lostBranch).preview()
    #expect(preview.otherRows != nil)
    #expect(Set(preview.held.map(\.serial.text)) == ["SPK00000001", "SPK00000008"])
  }
}
