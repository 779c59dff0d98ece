import CertForge
import Foundation
import GRDB
import Glibc
import Testing

@testable import Station

/// A hub on a ledger whose disk fails at any of its rows. The failures are the real ones: SQLite meets them by itself.
@Suite("A hub on a ledger that fails is never green")
struct LedgerRunnerRefusalTests {
  enum Damage: CaseIterable {
    case full, inputOutput, readOnly, page

    var code: FaultCode {
      switch self {
      case .full: .ledgerFull
      case .inputOutput: .ledgerFailed
      case .readOnly: .ledgerReadOnly
      case .page: .ledgerCorrupt
      }
    }
  }

  @Test(arguments: Damage.allCases)
  func `at every row: the station is at fault, the hub is not, and it passes when the ledger is mended`(
    damage: Damage
  ) async throws {
    var authority: IssuingAuthority?
    var rows = 0
    for number in 1...40 {
      let floor = try await PipelineBench(authority: authority)
      authority = floor.authority
      let ledger = floor.ledger
      // Some history, so that there is a middle to be damaged.
      for unit in 100..<140 {
        _ = try ledger.appendNow(AppendRequest(ScratchLedger.draft(unit, ScratchLedger.identified(unit))))
      }
      let sabotage = LedgerSabotage(ledger, damage)
      let journal = SabotagedJournal(ledger, at: number) { try sabotage.strike() }
      let hub = PipelineBench.hub()
      let conclusion = await floor.visit(hub, by: Runner(journal: journal, bench: floor.bench))
      guard sabotage.hasStruck else {
        // The whole life of the unit was gone through.
        #expect(conclusion.outcome == .passed)
        rows = number - 1
        try ledger.close()
        break
      }
      #expect(conclusion.outcome == .errored, "row \(number)")
      #expect(!conclusion.recorded, "row \(number)")
      let fault = try #require(conclusion.fault)
      #expect(fault.code == damage.code, "row \(number): \(fault)")
      #expect(Wording(fault).hint.hasPrefix("Keep the hub. Engineer: "))
      #expect(try await floor.record()?.passed == nil)
      try sabotage.mend()
      let again = await floor.visit(hub)
      #expect(again.outcome == .passed, "row \(number): \(String(describing: again.fault))")
      let held = try #require(try PipelineBench.certificate(on: hub))
      #expect(try await floor.record()?.passed?.certificate == held.fingerprint)
      let passes = try await floor.entries().count { if case .done(.passed) = $0 { true } else { false } }
      #expect(passes == 1)
      #expect(try await ledger.verifyChain().firstBreak == nil)
      #expect(try await ledger.compareProjections().agree)
      try ledger.close()
    }
    #expect(rows >= 8)
  }

  @Test func `a page in the middle that nobody has read for months is found at the start`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    for number in 0..<600 {
      _ = try ledger.appendNow(AppendRequest(ScratchLedger.draft(number, ScratchLedger.identified(number))))
    }
    let row = try #require(try await ledger.rows(after: 99, limit: 1).first)
    try ledger.close()
    try SpoiledFile.spoil(scratch.path, holding: row.hash)
    let fault = #expect(throws: Fault.self) { try scratch.open() }
    #expect(fault?.code == .ledgerCorrupt && fault?.values["path"] == scratch.path)
    #expect(Wording(try #require(fault)).hint.contains("station ledger restore"))
  }

  @Test func `a station does not start on a newer ledger, and says what to do`() async throws {
    let bench = try await CommandBench()
    let queue = try DatabaseQueue(path: bench.ledger)
    try await queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 99") }
    try queue.close()
    for words in [["status"], ["ledger", "rebuild"], ["ledger", "backup"]] {
      let answer = try await CommandProgram.run(words + ["--ledger", bench.ledger])
      #expect(answer.status == 65 && answer.errors.contains("install the newer version"), "\(answer)")
    }
  }
}
