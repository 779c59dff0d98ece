import Foundation
import Testing

@testable import Station

/// Whose record a ledger is: another station's is not restored over it, and that of several is nobody's to write.
@Suite("Whose record it is")
struct LedgerOriginTests {
  /// A closed ledger in which hubs passed.
  private static func record(of station: String, _ serials: [Int: Int]) throws -> ScratchLedger {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open(station: station)
    for (hub, number) in serials.sorted(by: { $0.key < $1.key }) {
      for entry in [
        ScratchLedger.identified(hub, serial: "SPK\(10_000_000 + number)"),
        ScratchLedger.passed(hub, certificate: hub),
      ] { _ = try ledger.appendNow(AppendRequest(ScratchLedger.draft(hub, attempt: hub, entry))) }
    }
    try ledger.close()
    return scratch
  }

  private static func restore(_ backup: String, over ledger: String, station: String?) throws(Fault)
    -> LedgerRestore
  {
    try LedgerRestore(
      backup, over: ledger, record: nil, station: station, clock: SystemClock(),
      versions: StationStart(version: "1", settings: "s"))
  }

  @Test func `a backup of another station is refused, by the settings and by the ledger that is there`()
    async throws
  {
    let demo = try Self.record(of: "demo", [1: 1, 2: 2])
    let bench = try await CommandBench()
    let before = try Data(contentsOf: URL(filePath: bench.ledger))
    for place in [["--settings", bench.settings, "--without-record"], ["--ledger", bench.ledger]] {
      for way in [[], ["--yes"]] {
        let refused = try await CommandProgram.run(["ledger", "restore", demo.path] + place + way)
        #expect(refused.status == 65 && refused.output.isEmpty, "\(refused)")
        #expect(
          refused.errors.contains("ledger.sqlite is of station demo, not of line-1. Nothing was done."),
          "\(refused)")
        #expect(try Data(contentsOf: URL(filePath: bench.ledger)) == before)
      }
    }
    // On a new machine the settings alone say whose it is.
    for path in LedgerFile(path: bench.ledger).allPaths { unlink(path) }
    let words = ["ledger", "restore", demo.path, "--settings", bench.settings, "--without-record", "--yes"]
    let refused = try await CommandProgram.run(words)
    #expect(refused.status == 65 && !FileManager.default.fileExists(atPath: bench.ledger), "\(refused)")
  }

  @Test func `a station that was renamed, or begun anew on another machine, gets its record back`() throws {
    let old = try Self.record(of: "line-1", [1: 1, 2: 2])
    let backup = old.folder.appending(path: "backup.sqlite").path()
    _ = try LedgerBackup.make(of: old.path, to: .file(backup))
    #expect(try Self.restore(backup, over: old.path, station: "line-7").preview().lost == 0)
    // The new machine has made a hub with a serial that another hub has in the backup.
    let new = try Self.record(of: "line-1", [8: 8, 9: 2])
    let restore = try Self.restore(backup, over: new.path, station: "line-1")
    let preview = try restore.preview()
    #expect(preview.otherRows == 4 && preview.lost == nil)
    let said = RestoreText.lines(preview).joined(separator: "\n")
    #expect(
      said.contains("lost          4 rows of the ledger that is there: it is another record"), "\(said)")
    #expect(said.contains("on hold       would be 1 unit of lost rows: SPK10000008"), "\(said)")
    #expect(said.contains("not on hold   1 unit of lost rows: SPK10000002; other hubs have"), "\(said)")
    let done = try restore.perform(actor: "4711")
    let reader = try Ledger.reading(path: new.path)
    defer { try? reader.close() }
    let held = try reader.readNow { try UnitQueries.units($0, UnitFilter(onHold: true)).map(\.hub) }
    #expect(held == done.held.map(\.hub))
  }

  @Test func `a merged ledger is asked and verified, and nothing is written into it or restored from it`()
    async throws
  {
    let one = try Self.record(of: "line-1", [1: 1])
    let two = try Self.record(of: "line-2", [2: 2])
    let plant = one.folder.appending(path: "plant.sqlite").path()
    let merge = ["ledger", "merge", one.path, two.path, "--to", plant]
    #expect(try await CommandProgram.run(merge).status == 0)
    let again = try await CommandProgram.run(merge)
    #expect(again.status == 73 && again.errors.contains("plant.sqlite is there already."), "\(again)")
    let before = try Data(contentsOf: URL(filePath: plant))
    let sentence = "plant.sqlite was merged from several stations and is only for asking."
    for words in [
      ["hold", "SPK10000001", "--reason", "r"], ["rework", "SPK10000001", "--reason", "r"],
      ["correct", "2", "--reason", "r"], ["seal", "now"], ["ledger", "rebuild"],
      ["outbox", "retry", "--all", "--reason", "r"],
      ["campaign", "start", "RC-1", "--act", "hold", "--model", "HUB-2", "--reason", "r"],
    ] {
      let refused = try await CommandProgram.run(words + ["--ledger", plant])
      #expect(refused.status == 65 && refused.errors.contains(sentence), "\(words): \(refused)")
      #expect(refused.errors.contains("Decide on the station itself"), "\(refused)")
    }
    #expect(try Data(contentsOf: URL(filePath: plant)) == before)
    // What could not be done is not advised.
    let verified = try await CommandProgram.run(["ledger", "verify", "--ledger", plant])
    #expect(verified.output.contains("it was merged") && !verified.output.contains("seal now"), "\(verified)")
    for words in [["units"], ["unit", "SPK10000002"], ["report"], ["ledger", "verify"]] {
      #expect(try await CommandProgram.run(words + ["--ledger", plant]).status == 0, "\(words)")
    }
    let restored = try await CommandProgram.run(["ledger", "restore", plant, "--ledger", one.path])
    #expect(restored.status == 65 && restored.errors.contains(sentence), "\(restored)")
  }
}
