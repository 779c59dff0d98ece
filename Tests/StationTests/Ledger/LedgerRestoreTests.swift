import Foundation
import GRDB
import Testing

@testable import Station

/// Hubs that really passed, on real files: what a backup does not know of them must not be forgotten.
@Suite("A restore brings back what there is, and says what is lost")
struct LedgerRestoreTests {
  @Test func `nothing is lost where the ledger that is replaced can be read to its end`() async throws {
    let bench = try await RestoreBench(before: 2, after: 2)
    let rows = try await bench.allRows()
    let preview = try bench.restore().preview()
    #expect(preview.lost == 0)
    #expect(preview.fromLedger == Int64(rows.count) - preview.backupRows)
    #expect(preview.fromLedger > 20)
    #expect(preview.present == "sound")
    #expect(!preview.done)
    let done = try bench.restore().perform(actor: "4711")
    #expect(done.held.isEmpty)
    let ledger = try bench.open()
    let restored = try await ledger.rows(after: 0, limit: 10_000)
    // Every row is what it was; one tells of the restore.
    #expect(Array(restored.dropLast()) == rows)
    guard case .ledgerRestored(let told) = try restored.last?.entry() else {
      Issue.record("no row tells of the restore")
      return
    }
    #expect(restored.last?.actor == "4711")
    #expect(told.isComplete && told.backupRow == preview.backupRows && told.kept == done.kept)
    #expect(try await ledger.verifyChain().firstBreak == nil)
    #expect(try await ledger.compareProjections().agree)
    // What the cloud was owed and had not been begun still is.
    #expect(try await ledger.outboxCounts() == [.owed: 24])
    // All four hubs are known as finished.
    for hub in bench.hubs { #expect(await bench.visit(hub, on: ledger).outcome == .passed) }
    #expect(try await ledger.outboxCounts() == [.owed: 24])
    try ledger.close()
    let kept = try VerifiedLedger(
      verifying: bench.floor.folder.appending(path: try #require(done.kept)).path())
    #expect(kept.rows == Int64(rows.count))
  }

  @Test func `a preview changes no byte`() async throws {
    let bench = try await RestoreBench(before: 1, after: 1)
    let before = try bench.contents()
    _ = try bench.restore().preview()
    #expect(try bench.contents() == before)
  }

  @Test func `where the ledger is gone, the second copy brings every row back`() async throws {
    let bench = try await RestoreBench(before: 1, after: 2, record: true)
    let rows = try await bench.allRows()
    try bench.removeLedger()
    let done = try bench.restore().perform(actor: "4711")
    #expect(done.fromRecord == Int64(rows.count) - done.backupRows && done.fromLedger == 0)
    #expect(done.present == "none" && done.kept == nil)
    // Nobody can say that the second copy was complete.
    #expect(done.lost == nil)
    let ledger = try bench.open()
    #expect(try await ledger.rows(after: 0, limit: 10_000).dropLast() == rows[...])
    #expect(try await ledger.verifyChain().firstBreak == nil)
    for hub in bench.hubs { #expect(await bench.visit(hub, on: ledger).outcome == .passed) }
    try ledger.close()
  }

  @Test func `a hole in the ledger is bridged by the second copy`() async throws {
    let bench = try await RestoreBench(before: 1, after: 2, record: true)
    let rows = try await bench.allRows()
    // The second copy ends before the ledger does, the ledger has a hole that the second copy has not.
    let segments = try bench.segments()
    try FileManager.default.removeItem(at: try #require(segments.last))
    try SpoiledFile.spoil(bench.path, holding: rows[rows.count * 2 / 3].hash)
    let done = try bench.restore().perform(actor: "4711")
    #expect(done.present == "damaged")
    #expect(done.fromRecord > 0 && done.fromLedger > 0)
    #expect(done.lost == 0)
    let ledger = try bench.open()
    #expect(try await ledger.rows(after: 0, limit: 10_000).dropLast() == rows[...])
    try ledger.close()
  }

  @Test func `a unit whose rows are lost is held, and its serial gets no second identity`() async throws {
    let bench = try await RestoreBench(before: 1, after: 3)
    let rows = try await bench.allRows()
    // A hole in the rows of the second hub: those of the last two can be read, and cannot be tied to the chain.
    let hole = try #require(rows.first { $0.hub == bench.ids[1] && $0.kind == "step.done" })
    try SpoiledFile.spoil(bench.path, holding: hole.hash)
    let done = try bench.restore().perform(actor: "4711")
    #expect(done.lost == Int64(rows.count) - done.rows)
    #expect(try #require(done.lost) > 20)
    #expect(Set(done.held.map(\.hub)) == Set(bench.ids[1...3]))
    #expect(done.held.allSatisfy { $0.passed })
    let ledger = try bench.open()
    #expect(try await ledger.units(UnitFilter(onHold: true)).count == 3)
    #expect(try await ledger.verifyChain().firstBreak == nil)
    #expect(try await ledger.compareProjections().agree)

    #expect(await bench.visit(bench.hubs[0], on: ledger).outcome == .passed)
    // As it was finished; wiped; and another hub that says the same serial.
    let held = try PipelineBench.certificate(on: bench.hubs[3])
    var conclusion = await bench.visit(bench.hubs[3], on: ledger)
    #expect(conclusion.outcome == .failed && conclusion.fault?.code == .unitOnHold)
    #expect(conclusion.fault?.values["reason"] == "history-lost")
    #expect(try PipelineBench.certificate(on: bench.hubs[3]) == held)
    for twin in [RestoreBench.hub(3), RestoreBench.hub(2, mac: "02:00:5e:00:00:77")] {
      conclusion = await bench.visit(twin, on: ledger)
      #expect(conclusion.outcome == .failed && conclusion.fault?.code == .unitOnHold)
      #expect(try PipelineBench.certificate(on: twin) == nil)
    }
    #expect(await bench.visit(RestoreBench.hub(9), on: ledger).outcome == .passed)
    // A person has looked: from here on it is an ordinary finished one that this ledger does not know.
    try await ledger.append(JournalDraft(hub: bench.ids[3], entry: .freed(reason: "seen to")))
    #expect(await bench.visit(bench.hubs[3], on: ledger).fault?.code == .finishedElsewhere)
    try ledger.close()
  }

  @Test func `what is in neither place is said, and its hubs are known by their certificates`() async throws {
    let bench = try await RestoreBench(before: 1, after: 1)
    try bench.removeLedger()
    let done = try bench.restore().perform(actor: "4711")
    #expect(done.lost == nil && done.rows == done.backupRows && done.held.isEmpty)
    let said = RestoreText.lines(done).joined(separator: "\n")
    #expect(said.contains("every row after") && said.contains("nobody can say"))
    let ledger = try bench.open()
    let conclusion = await bench.visit(bench.hubs[1], on: ledger)
    #expect(conclusion.fault?.code == .finishedElsewhere)
    // A lost row may have begun any of these: the courier looks before it calls.
    #expect(try await ledger.outboxCounts() == [.sending: 6])
    try await ledger.rebuild()
    #expect(try await ledger.outboxCounts() == [.sending: 6])
    try ledger.close()
  }

  @Test func `a new ledger that was begun after the disk was lost is not forgotten either`() async throws {
    let bench = try await RestoreBench(before: 1, after: 1)
    try bench.removeLedger()
    let interim = try bench.open()
    #expect(await bench.visit(RestoreBench.hub(8), on: interim).outcome == .passed)
    try interim.close()
    let done = try bench.restore().perform(actor: "4711")
    #expect(done.lost == nil && done.held.map(\.serial.text) == ["SPK00000008"])
    let ledger = try bench.open()
    #expect(await bench.visit(RestoreBench.hub(8), on: ledger).fault?.code == .unitOnHold)
    try ledger.close()
  }

  // MARK: Refusals

  @Test func `a station that runs, a bad backup and the ledger itself are refused, and nothing changes`()
    async throws
  {
    let bench = try await RestoreBench(before: 1, after: 1)
    let live = try bench.open()
    var fault = #expect(throws: Fault.self) { try bench.restore() }
    #expect(fault?.code == .ledgerLocked)
    try live.close()
    let before = try bench.contents()
    fault = #expect(throws: Fault.self) { try bench.restore(from: bench.path) }
    #expect(fault?.code == .backupInvalid)
    fault = #expect(throws: Fault.self) { try bench.restore(from: bench.path + ".lock") }
    #expect(fault?.code == .ledgerForeign || fault?.code == .backupInvalid)
    let rotten = bench.floor.folder.appending(path: "rotten.sqlite").path()
    try FileManager.default.copyItem(atPath: bench.backup, toPath: rotten)
    let row = try #require(try await Ledger.reading(path: rotten).rows(after: 4, limit: 1).first)
    try SpoiledFile.spoil(rotten, holding: row.hash)
    fault = #expect(throws: Fault.self) { try bench.restore(from: rotten) }
    #expect(fault?.code == .backupInvalid)
    try FileManager.default.removeItem(atPath: rotten)
    let after = try bench.contents().filter { !$0.key.hasPrefix("rotten") }
    #expect(after == before)
  }

  /// What is on the disk after each step of the exchange, whatever the order of the files' names.
  @Test(arguments: 0...5)
  func `a cut in the exchange is finished by the next start`(step: Int) async throws {
    let bench = try await RestoreBench(before: 1, after: 1)
    let rows = try await bench.allRows()
    let exchange = LedgerExchange(LedgerFile(path: bench.path))
    let manager = FileManager.default
    // A restored ledger that can be told from the old one, and a log that belongs to the old one only.
    try manager.copyItem(atPath: bench.backup, toPath: exchange.newPath)
    try Data(repeating: 7, count: 4096).write(to: URL(filePath: bench.path + "-wal"))
    try Data(repeating: 8, count: 4096).write(to: URL(filePath: bench.path + "-shm"))
    try exchange.begin(keeping: "kept")
    let kept = bench.floor.folder.appending(path: "kept").path()
    let steps: [() throws -> Void] =
      ["-shm", "-wal", ""].map { suffix in
        { try manager.moveItem(atPath: bench.path + suffix, toPath: kept + suffix) }
      } + [
        { try manager.moveItem(atPath: exchange.newPath, toPath: bench.path) },
        { try manager.removeItem(atPath: exchange.markPath) },
      ]
    for done in steps.prefix(step) { try done() }
    if step < 5 {
      let fault = #expect(throws: Fault.self) { try Ledger.reading(path: bench.path) }
      #expect(fault?.values["cause"]?.contains("restore was cut off") == true)
    }
    let ledger = try bench.open()
    let restored = try await ledger.rows(after: 0, limit: 10_000)
    #expect(restored == Array(rows.prefix(restored.count)) && restored.count < rows.count)
    try ledger.close()
    #expect(!BackupFile.exists(exchange.markPath) && !BackupFile.exists(exchange.newPath))
    #expect(try Data(contentsOf: URL(filePath: kept + "-wal")).count == 4096)
    try manager.removeItem(atPath: kept + "-wal")
    try manager.removeItem(atPath: kept + "-shm")
    #expect(try VerifiedLedger(verifying: kept).rows == Int64(rows.count))
  }
}
