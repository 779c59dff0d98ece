import Foundation
import Testing

@testable import Station

/// A disk that fails at any write or sync of a commit: whoever waited is told so, and what somebody was told is there.
@Suite("A commit that fails is told as one")
struct LedgerCommitFailureTests {
  private static func group(_ first: Int) -> [AppendRequest] {
    (first..<first + 3).map { AppendRequest(ScratchLedger.draft($0, ScratchLedger.identified($0))) }
  }

  @Test func `at each of its writes and syncs`() async throws {
    let clock = SystemClock()
    let place = FileManager.default.temporaryDirectory.appending(path: "commits-\(UUID().uuidString)").path()
    defer { try? FileManager.default.removeItem(atPath: place) }
    var failures = 0
    var causes: Set<String> = []
    for operation in 1...100 {
      let folder = try TornFolder(in: place, copying: nil, power: PowerSwitch(nil))
      let ledger = try PowerCutLife.open(folder.ledger, station: "A", clock)
      let before = try ledger.appendNow(group: Self.group(0)).flatMap { try $0.get() }
      let commits = ledger.subscribe()
      folder.fail(in: operation)
      let answers = try ledger.appendNow(group: Self.group(10))
      folder.fail(in: 0)
      let told = answers.flatMap { (try? $0.get()) ?? [] }
      let faults = answers.compactMap { if case .failure(let fault) = $0 { fault } else { nil } }
      if faults.isEmpty {
        // The whole commit was gone through: it is there, and stays.
        try ledger.close()
        let reader = try Ledger.reading(path: "\(try folder.salvage(.unsynced, seed: 1))/ledger.sqlite")
        #expect(told.count == 3)
        #expect(try await reader.rows(after: 0, limit: 100) == before + told, "operation \(operation)")
        try reader.close()
        break
      }
      failures += 1
      causes.formUnion(faults.compactMap { $0.values["cause"] })
      #expect(faults.count == 3 && faults.allSatisfy { $0.code == .ledgerFailed }, "operation \(operation)")
      // What the disk does next is not trusted: nobody is written until somebody has looked at the file.
      guard case .stopped = ledger.health else {
        Issue.record("operation \(operation): \(ledger.health)")
        return
      }
      #expect(throws: Fault.self) { try ledger.appendNow(Self.group(20)[0]) }
      try ledger.recover()
      // Not one row of it, and the next ones follow those that somebody was told of.
      let after = try ledger.appendNow(Self.group(30)[0])
      #expect(try await ledger.rows(after: 0, limit: 100) == before + after, "operation \(operation)")
      #expect(try await ledger.verifyChain().firstBreak == nil)
      #expect(try await ledger.compareProjections().agree)
      try ledger.close()
      var heard: [JournalRow] = []
      for await rows in commits { heard += rows }
      #expect(heard == after, "operation \(operation)")
      let left = try folder.salvage(.unsynced, seed: 1)
      let reader = try Ledger.reading(path: "\(left)/ledger.sqlite")
      #expect(try await reader.rows(after: 0, limit: 100) == before + after, "operation \(operation)")
      try reader.close()
    }
    // Frames of the log, and its sync.
    #expect(failures > 3, "only \(failures) operations")
    #expect(causes.count == 2, "\(causes)")
  }

  /// The same through the door that the line uses: its writer is a thread of its own.
  @Test func `to everybody who waited for it`() async throws {
    let place = FileManager.default.temporaryDirectory.appending(path: "commits-\(UUID().uuidString)").path()
    defer { try? FileManager.default.removeItem(atPath: place) }
    let folder = try TornFolder(in: place, copying: nil, power: PowerSwitch(nil))
    let ledger = try PowerCutLife.open(folder.ledger, station: "A", SystemClock())
    let hold = ScratchLedger.Hold(ledger)
    let waiting = Self.group(0).map { request in Task { try await ledger.append(request) } }
    try await eventually("three requests wait") { ledger.writer.backlog >= 3 }
    folder.fail(in: 1)
    hold.release()
    for task in waiting {
      let fault = await #expect(throws: Fault.self) { try await task.value }
      #expect(fault?.code == .ledgerFailed && fault?.values["path"] == folder.ledger)
    }
    folder.fail(in: 0)
    try ledger.recover()
    #expect(try await ledger.lastRow() == nil)
    try ledger.close()
    _ = try folder.salvage(.nothing, seed: 1)
  }
}
