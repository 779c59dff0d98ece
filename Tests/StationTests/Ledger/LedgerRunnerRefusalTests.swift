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

  /// - Parameter endsWell: else the station was killed: its files are what they were then.
  @Test(arguments: [true, false])
  func `a page in the middle that nobody has read for months is found`(endsWell: Bool) async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    for number in 0..<600 {
      _ = try ledger.appendNow(AppendRequest(ScratchLedger.draft(number, ScratchLedger.identified(number))))
    }
    let row = try #require(try await ledger.rows(after: 99, limit: 1).first)
    try ledger.close()
    if !endsWell {
      try scratch.tamper { try $0.execute(sql: "DELETE FROM station_state WHERE key = 'clean-end'") }
    }
    try SpoiledFile.spoil(scratch.path, holding: row.hash)
    let found: Fault?
    if endsWell {
      // The station works at once; the look at every page goes on beside it, and stops the line.
      let again = try scratch.open()
      try await eventually("the damage is found") { again.health.refusal != nil }
      found = #expect(throws: Fault.self) {
        try again.appendNow(AppendRequest(ScratchLedger.draft(601, ScratchLedger.identified(601))))
      }
      try again.close()
      // An end after damage is no clean one.
      #expect(throws: Fault.self) { try scratch.open() }
    } else {
      found = #expect(throws: Fault.self) { try scratch.open() }
    }
    let fault = try #require(found)
    #expect(fault.code == .ledgerCorrupt && fault.values["path"] == scratch.path)
    #expect(Wording(fault).hint.contains("station ledger restore"))
  }

  @Test func `rows after a clean end make it no clean end any more`() async throws {
    let scratch = try ScratchLedger()
    func marked() throws -> Bool {
      try scratch.stranger().read {
        try Bool.fetchOne(
          $0,
          sql: """
            SELECT value = (SELECT CAST(max(seq) AS TEXT) FROM journal) FROM station_state
            WHERE key = 'clean-end'
            """) ?? false
      }
    }
    let ledger = try scratch.open()
    _ = try ledger.appendNow(AppendRequest(ScratchLedger.draft(1, ScratchLedger.identified(1))))
    #expect(try !marked())
    try ledger.close()
    #expect(try marked())
    let again = try scratch.open()
    #expect(try marked())
    _ = try again.appendNow(AppendRequest(ScratchLedger.draft(2, ScratchLedger.identified(2))))
    #expect(try !marked())
    try again.close()
    #expect(try marked())
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
