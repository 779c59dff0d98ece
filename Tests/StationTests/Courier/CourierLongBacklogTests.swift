import Foundation
import GRDB
import Testing

@testable import Station

/// A long time without a network on a ledger on the disk. `STATION_TEST_BACKLOG_UNITS=20000` gives the long form, which
/// takes minutes.
@Suite("The courier and the backlog of hours")
struct CourierLongBacklogTests {
  private static let units =
    ProcessInfo.processInfo.environment["STATION_TEST_BACKLOG_UNITS"].flatMap { Int($0) } ?? 60
  private static let perSecond = 10.0

  /// Kilobytes of this process that are in memory now.
  private static func residentMemory() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
    return try #require(line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) })
  }

  @Test
  func `every unit is told once, in order, at the rate, in bounded memory, with a bounded number of rows`()
    async throws
  {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    var settings = CourierSettings()
    settings.callsPerSecond = Self.perSecond
    // So that the bound is a bound: the short form owes 360 entries.
    if Self.units < 1000 { (settings.readyPerKind, settings.asleepLimit, settings.pageSize) = (8, 20, 16) }
    let bench = CourierBench(settings, onDisk: ledger)
    try await bench.owe(units: 0..<Self.units)
    let owed = try #require(try await ledger.lastRow()).sequence
    let entries = Self.units * 6
    // Away for six hours (two in the short form) at first, gone again for an hour in the middle, and never quite
    // well.
    let hours = Duration.seconds(Self.units > 1000 ? 6 * 3600 : 7_200)
    let middle = hours + .seconds(Self.units / 20)
    bench.cloud.script { call in
      if call.at < hours || (call.at > middle && call.at < middle + .seconds(3600)) {
        return .fault(Fault(call.entry.utf8.count.isMultiple(of: 2) ? .networkUnreachable : .networkTimeout))
      }
      switch call.at.components.attoseconds / 1_000_000_000_000_000 % 97 {
      case 0 where call.verb == .call: return .lost(Fault(.networkTimeout))
      case 1: return .fault(Fault(.throttled))
      case 2: return .fault(Fault(.serverFailed, ["status": "500"]))
      default: return .well
      }
    }
    let memory = try Self.residentMemory()
    var (most, largest, lefts) = (0, memory, [Duration]())
    let began = ContinuousClock.now
    try await bench.running { courier in
      try await bench.drive(courier, for: hours + .seconds(86_400)) {
        most = max(most, await courier.remembered)
        let calls = bench.cloud.callCount
        if calls.isMultiple(of: 50) {
          largest = max(largest, try Self.residentMemory())
          if let left = try await courier.status().timeLeft { lefts.append(left) }
        }
        guard bench.cloud.taken.count >= entries else { return false }
        return try await bench.count(.settled) == entries
      }
    }
    let calls = bench.cloud.calls
    print(
      """
      backlog: \(Self.units) units, \(entries) entries, \(calls.count) calls; simulated \(bench.clock.uptime()), \
      real \(ContinuousClock.now - began); \(most) entries in memory at most; resident \(memory >> 10) MB before, \
      \(largest >> 10) MB at most
      """)
    #expect(Set(bench.cloud.taken.values) == [1] && bench.cloud.taken.count == entries)
    let bound = 6 * settings.readyPerKind + settings.inFlight + settings.asleepLimit
    #expect(most <= bound && bound < entries / 4)
    // Time left was known on the way, and it shrank.
    #expect(lefts.count >= 1)
    if let first = lefts.first, let last = lefts.last, lefts.count > 3 { #expect(last < first) }
    // No operation was called more often than it may be.
    for kind in CourierBench.kinds {
      let times = calls.filter { $0.kind == kind && $0.verb == .call }.map(\.at)
      for (early, late) in zip(times, times.dropFirst(11)) { #expect(late - early >= .seconds(1)) }
    }
    // Order per unit: nothing of a later entry before the earlier one took effect.
    var reached: [HubID?: Int] = [:]
    for call in calls {
      let place = try #require(CourierBench.kinds.firstIndex(of: call.kind))
      let before = reached[call.hub] ?? 0
      #expect(place == before || place == before + 1)
      reached[call.hub] = place
    }
    // Begun, settled, and once for each class of reason why not yet: however many days the network is away.
    let last = try #require(try await ledger.lastRow()).sequence
    print("backlog: \(Double(last - owed) / Double(Self.units)) rows for each unit, beside the six that owe")
    #expect(
      last - owed <= Int64(entries * 2 + entries / 4 + 100), "\(last - owed) rows for \(entries) entries")
    var perEntry: [String: Int] = [:]
    var after = owed
    while true {
      let page = try await ledger.rows(after: after, limit: 1000)
      guard let end = page.last?.sequence else { break }
      for row in page { if let id = try row.entry().outboxEntry { perEntry[id, default: 0] += 1 } }
      after = end
    }
    #expect(perEntry.count == entries)
    #expect(try #require(perEntry.values.max()) <= 4)
    #expect(try await ledger.compareProjections().agree)
    try ledger.close()
  }

  /// Asked for every single entry: it must not cost more the longer the outbox is.
  @Test func `what is due next is found by its index, whatever the planner knows of the tables`() async throws
  {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    try await CourierBench(onDisk: ledger).owe(units: 0..<50)
    for analysed in [false, true] {
      if analysed { try ledger.writer.look { try $0.execute(sql: "ANALYZE") } }
      let plans = try ledger.writer.look { database in
        try [
          (OutboxQueries.dueAfter, "outbox_unsent"), (OutboxQueries.dueOfSubject, "outbox_by_subject"),
          (OutboxQueries.overdue, "outbox_timed"),
        ].map { sql, index in
          var arguments: StatementArguments = ["now": "2026", "limit": 1]
          if sql.contains(":after") { arguments += ["after": 0] }
          if sql.contains(":entry") { arguments += ["entry": "1-0"] }
          let plan = try Row.fetchAll(
            database, sql: "EXPLAIN QUERY PLAN " + sql, arguments: arguments)
          return (index, plan.map { $0["detail"] as String })
        }
      }
      for (index, plan) in plans {
        #expect(plan.first?.contains("USING INDEX \(index) ") == true, "\(plan)")
        #expect(!plan.contains { $0.hasPrefix("SCAN") }, "\(plan)")
      }
      for (_, plan) in plans.prefix(2) {
        #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
      }
    }
    try ledger.close()
  }

  @Test func `in real time too, on a real ledger`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    var settings = CourierSettings()
    settings.callsPerSecond = Self.perSecond
    let bench = CourierBench(settings, onDisk: ledger)
    try await bench.owe(units: 0..<20)
    let cloud = ScriptedCloud(clock: SystemClock())
    let courier = Courier(
      journal: ledger, outbox: ledger, effects: cloud.effects, clock: SystemClock(), settings: settings
    ) { _ in "key-1" }
    let began = ContinuousClock.now
    let status = try await courier.drainOnce(within: .seconds(60))
    print("backlog in real time: 120 entries in \(ContinuousClock.now - began)")
    #expect(status.unsettled == 0 && status.parked == 0)
    #expect(cloud.taken.count == 120 && Set(cloud.taken.values) == [1])
    #expect(try await ledger.outboxCounts() == [.settled: 120])
    try ledger.close()
  }
}
