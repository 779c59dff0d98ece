import Foundation

/// Durable rows: how many a second, and how long one waits for its commit.
enum LedgerBenchmark {
  struct Figure: Hashable, Sendable, Codable {
    var rowsPerSecond: Double
    /// The 99th percentile of the time from handing a row over to its being durable, milliseconds.
    var p99Milliseconds: Double
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
    try ledger.close()
    let sorted = times.sorted()
    return Figure(
      rowsPerSecond: Double(times.count) / seconds,
      p99Milliseconds: sorted[min(sorted.count - 1, sorted.count * 99 / 100)] / .milliseconds(1),
      logMegabytes: Double(await watching.value) / 1_048_576)
  }
}
