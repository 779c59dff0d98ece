import Foundation

/// Entries that a verb owes: written by the running station or, without one, here; and followed until they are at rest.
struct OwedEntries {
  let options: GlobalOptions

  /// What became of the entries that were waited for.
  struct Rest: Sendable {
    var lines: [OutboxLine]

    var settled: Int { lines.count { $0.state == .settled } }
    var parked: Int { lines.count { $0.state == .parked } }
    var waitingForHub: Int { lines.count { OwedEntries.waitsForHub($0) } }
    var open: Int { lines.count { OwedEntries.isOpen($0) } - waitingForHub }

    var sentence: String {
      var parts = ["\(settled) done"]
      if waitingForHub > 0 { parts.append("\(waitingForHub) waiting for the hub") }
      if parked > 0 { parts.append("\(parked) need a person") }
      if open > 0 { parts.append("\(open) still to send") }
      let others = lines.count - settled - waitingForHub - parked - open
      if others > 0 { parts.append("\(others) given up or void") }
      return parts.joined(separator: ", ") + "."
    }

    var status: ExitStatus {
      if parked > 0 { return .stationFailed }
      return open + waitingForHub > 0 ? .entriesLeft : .done
    }
  }

  private static let pageSize = 1_000

  /// A page at a time: what was written stays when a later page is refused.
  func owePaged(_ effects: [Effect]) async throws -> [OutboxLine] {
    var lines: [OutboxLine] = []
    for start in stride(from: 0, to: effects.count, by: Self.pageSize) {
      lines += try await owe(Array(effects[start..<min(start + Self.pageSize, effects.count)]))
    }
    return lines
  }

  /// All of them or none.
  func owe(_ effects: [Effect]) async throws -> [OutboxLine] {
    guard !effects.isEmpty else { return [] }
    var request = DoorRequest(.owe, actor: options.actor)
    request.effects = effects
    if let answer = try await options.throughDoor(request) { return answer.entries ?? [] }
    let ledger = try await options.writing()
    defer { try? ledger.close() }
    return try await Owing(journal: ledger, clock: SystemClock(), randomness: SystemRandomness())
      .owe(effects, actor: options.actor).map { OutboxLine($0) }
  }

  /// Waits until all of them are done, parked, or waiting for their hub. Without a running station it sends them itself.
  func follow(_ lines: [OutboxLine], within limit: Duration) async throws -> Rest {
    let end = ContinuousClock.now + limit
    if try await options.throughDoor(DoorRequest(.status, actor: options.actor)) == nil {
      let progress = SyncProgress(quiet: options.json)
      defer { progress.clear() }
      _ = try await StationProgram.sync(options.benchSettings(), within: limit) { status in
        progress.show(
          left: status.backlog, perSecond: status.perSecond,
          secondsLeft: status.timeLeft?.components.seconds)
      }
      return Rest(lines: try await now(lines))
    }
    let progress = ProgressLine(quiet: options.json)
    defer { progress.clear() }
    while true {
      let rest = Rest(lines: try await now(lines))
      if rest.open == 0 || ContinuousClock.now >= end { return rest }
      progress.show("\(rest.settled) of \(rest.lines.count) done")
      try await SystemClock().sleep(for: .milliseconds(200))
    }
  }

  /// The same entries as they are in the ledger now.
  private func now(_ lines: [OutboxLine]) async throws -> [OutboxLine] {
    let reader = try options.reading()
    defer { try? reader.close() }
    var found: [OutboxLine] = []
    for line in lines {
      let entry = try await reader.outboxEntries(OutboxFilter(entry: line.entry)).first
      found.append(entry.map { OutboxLine($0) } ?? line)
    }
    return found
  }

  private static func isOpen(_ line: OutboxLine) -> Bool { line.state == .owed || line.state == .sending }

  private static func waitsForHub(_ line: OutboxLine) -> Bool {
    isOpen(line) && line.fault?.disposition == .waitForHub
  }
}
