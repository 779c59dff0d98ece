import Foundation

/// Durable rows: how many a second, and how long one waits for its commit.
enum LedgerBenchmark {
  struct Figure: Hashable, Sendable, Codable {
    var rowsPerSecond: Double
    /// The 99th percentile of the time from handing a row over to its being durable, milliseconds.
    var p99Milliseconds: Double
    /// The 99th percentile of one transaction with that many requests of one row, milliseconds.
    var commitP99Milliseconds: Double
    /// The write-ahead log's file at its largest, looked at after every thousandth row: megabytes.
    var logMegabytes: Double
  }

  /// - Parameter waiting: how many callers each keep one row on its way.
  static func run(rows: Int, waiting: Int, folder: String) async throws -> Figure {
    let ledger = try Ledger.open(
      path: "\(folder)/rows-\(waiting).sqlite", station: "benchmark", clock: SystemClock(),
      versions: StationStart(version: StationVersion.text, settings: "defaults"))
    let each = rows / waiting
    let log = "\(ledger.path)-wal"
    let commits = ledger.subscribe()
    let watching = Task {
      var (largest, seen) = (UInt64(0), 0)
      for await group in commits {
        seen += group.count
        guard seen >= 1000 else { continue }
        seen = 0
        let facts = try? FileManager.default.attributesOfItem(atPath: log)
        largest = max(largest, facts?[.size] as? UInt64 ?? 0)
      }
      return largest
    }
    let began = ContinuousClock.now
    let times = try await withThrowingTaskGroup(of: [Duration].self) { group in
      for caller in 0..<waiting {
        group.addTask {
          var times: [Duration] = []
          let attempt = AttemptID(text: "attempt-\(caller)")
          for _ in 0..<each {
            let before = ContinuousClock.now
            try await ledger.append(JournalDraft(attempt: attempt, entry: .began(.deliver)))
            times.append(ContinuousClock.now - before)
          }
          return times
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    let seconds = (ContinuousClock.now - began) / .seconds(1)
    let commitTimes = try Self.commits(on: ledger, count: max(100, each), waiting: waiting)
    try ledger.close()
    return Figure(
      rowsPerSecond: Double(times.count) / seconds, p99Milliseconds: p99(times),
      commitP99Milliseconds: p99(commitTimes), logMegabytes: Double(await watching.value) / 1_048_576)
  }

  /// The time of each commit of so many requests, in this thread, one after the other.
  private static func commits(on ledger: Ledger, count: Int, waiting: Int) throws -> [Duration] {
    try (0..<count).map { _ in
      let requests = (0..<waiting).map { caller in
        AppendRequest(JournalDraft(attempt: AttemptID(text: "attempt-\(caller)"), entry: .began(.deliver)))
      }
      let before = ContinuousClock.now
      for result in try ledger.appendNow(group: requests) { _ = try result.get() }
      return ContinuousClock.now - before
    }
  }

  private static func p99(_ times: [Duration]) -> Double {
    times.sorted()[min(times.count - 1, times.count * 99 / 100)] / .milliseconds(1)
  }
}
