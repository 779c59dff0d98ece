import Foundation
import Synchronization
import Testing

@testable import Station

@Suite("The ledger under pressure")
struct LedgerPressureTests {
  /// Lets everybody go at one moment.
  private final class Gate: Sendable {
    private let waiting = Mutex<[CheckedContinuation<Void, Never>]>([])
    var count: Int { waiting.withLock { $0.count } }
    func wait() async { await withCheckedContinuation { me in waiting.withLock { $0.append(me) } } }
    func open() { for one in waiting.withLock({ $0 }) { one.resume() } }
  }

  @Test func `64 units that end at the same instant give 64 rows, a hundred times out of a hundred`()
    async throws
  {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    for number in 0..<64 {
      _ = try await ledger.append(ScratchLedger.draft(number, attempt: 0, ScratchLedger.identified(number)))
    }
    for round in 1...100 {
      let start = try #require(try await ledger.lastRow()).sequence
      let gate = Gate()
      let ends = (0..<64).map { number in
        Task {
          let certificate = round * 64 + number
          let attempt = round * 64 + number
          let entries =
            [ScratchLedger.passed(number, certificate: certificate)]
            + ScratchLedger.owed(number, certificate: certificate).prefix(1).map { .owed($0) } + [
              .closed(.passed, nil)
            ]
          let request = AppendRequest(
            entries.map { ScratchLedger.draft(number, attempt: attempt, slot: "A\(number)", $0) })
          await gate.wait()
          return try await ledger.append(request)
        }
      }
      try await eventually("64 stand at the gate") { gate.count == 64 }
      gate.open()
      var answers: [[JournalRow]] = []
      for end in ends { answers.append(try await end.value) }
      let rows = try await ledger.rows(after: start, limit: 1000)
      let closed = rows.filter { $0.kind == "attempt.closed" }
      #expect(closed.count == 64 && Set(closed.map(\.hub)).count == 64, "round \(round)")
      // Each got its own rows, in one piece, and all of them are there.
      for (number, answer) in answers.enumerated() {
        #expect(answer.allSatisfy { $0.hub == ScratchLedger.hub(number) })
      }
      #expect(answers.flatMap { $0 }.sorted { $0.sequence < $1.sequence } == rows)
      #expect(answers.allSatisfy { $0.count == 3 && $0[2].sequence == $0[0].sequence + 2 })
    }
    #expect(try await ledger.summary(since: 64).passed == 64)
    #expect(try await ledger.verifyChain().rows == 64 + 100 * 64 * 3)
    #expect(try await ledger.compareProjections().agree)
    try ledger.close()
  }

  /// Readers that take their time, one after the other and side by side, so that hardly a moment is without one.
  @Test func `the log stays below 64 MB under load with slow readers`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    let goal = 16_000
    let commits = ledger.subscribe()
    let log = URL(filePath: scratch.path + "-wal").path()
    let load = LedgerLoad(ledger, slots: 64)
    let path = scratch.path
    let readers = (0..<3).map { _ in
      Thread.detached {
        let eyes = try Ledger.reading(path: path)
        while load.written < goal {
          // One snapshot, held for as long as it takes to walk through two thousand rows and their hashes.
          try eyes.readNow { try ChainVerification.checkEnd(of: $0, rows: 2000) }
        }
        try eyes.close()
      }
    }
    var largest = 0
    for await _ in commits {
      let size = try FileManager.default.attributesOfItem(atPath: log)[.size] as? Int ?? 0
      largest = max(largest, size)
      if load.written >= goal { break }
    }
    try await load.end()
    for reader in readers { try await reader.value }
    print("largest log \(largest >> 10) KiB over \(load.written) rows with three slow readers")
    #expect(largest > 8 << 20, "the readers were not slow enough to prove anything")
    #expect(largest < 64 << 20)
    #expect(ledger.checkpointFault == nil)
    try ledger.close()
  }
}

extension LedgerPressureTests {
  @Test func `a program that holds the log for long is named, and the word goes with it`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    _ = try await ledger.append(ScratchLedger.draft(1, ScratchLedger.identified(1)))
    let reader = Process()
    reader.executableURL = URL(filePath: "/usr/bin/python3")
    reader.arguments = [
      "-c",
      """
      import sqlite3, sys, time
      ledger = sqlite3.connect(sys.argv[1], isolation_level=None)
      ledger.execute("BEGIN")
      ledger.execute("SELECT count(*) FROM journal").fetchone()
      print("reads", flush=True)
      time.sleep(600)
      """, scratch.path,
    ]
    let output = Pipe()
    reader.standardOutput = output
    try reader.run()
    // Not terminate(): a thread of the pool blocks signals, and its children inherit that.
    let end = { _ = kill(reader.processIdentifier, SIGKILL) }
    defer { end() }
    #expect(try output.fileHandleForReading.read(upToCount: 2) != nil)
    let load = LedgerLoad(ledger, slots: 8)
    try await eventually("the reader is named") { ledger.checkpointFault != nil }
    let fault = try #require(ledger.checkpointFault)
    #expect(fault.code == .ledgerBusy)
    #expect(fault.values["readers"] == "python3 (process \(reader.processIdentifier))", "\(fault)")
    var report = StationReport(ledger: scratch.path)
    report.add(ledgerFault: fault)
    #expect(StationReportText.lines(report).contains { $0.contains("python3 (process") })
    end()
    try await eventually("the reader has ended") { !reader.isRunning }
    try await eventually("nobody is named any more") { ledger.checkpointFault == nil }
    try await load.end()
    try ledger.close()
  }
}

extension Thread {
  /// Runs work that blocks, off the pool of the tasks.
  fileprivate static func detached(_ work: @escaping @Sendable () throws -> Void) -> Task<Void, any Error> {
    Task {
      try await withCheckedThrowingContinuation { (end: CheckedContinuation<Void, any Error>) in
        Thread.detachNewThread { end.resume(with: Result { try work() }) }
      }
    }
  }
}
