import Foundation
import Testing

@testable import Station

@Suite("The courier and a long outbox")
struct CourierBacklogTests {
  @Test func `1,000 entries of one kind keep the rate and lose none of it`() async throws {
    let bench = CourierBench()
    try await bench.owe(units: 0..<1_000, kinds: [.createThing])
    try await bench.running { courier in
      try await bench.drive(courier) { try await bench.count(.settled) == 1_000 }
    }
    let times = bench.cloud.calls.map(\.at)
    #expect(times.count == 1_000)
    // At five a second the last of 1,000 goes out 999 fifths of a second after the first, not earlier nor much later.
    let span = try #require(times.last) - (try #require(times.first))
    #expect(span >= .seconds(199) && span < .seconds(201))
    for (early, late) in zip(times, times.dropFirst(6)) { #expect(late - early >= .seconds(1)) }
  }

  @Test func `2,000 units drain with bounded memory, in order, all kinds at once`() async throws {
    var settings = CourierSettings()
    settings.callsPerSecond = 10
    let bench = CourierBench(settings)
    try await bench.owe(units: 0..<2_000)
    var most = 0
    try await bench.running { courier in
      try await bench.drive(courier) {
        most = max(most, await courier.remembered)
        guard bench.cloud.callCount >= 12_000 else { return false }
        return try await bench.count(.settled) == 12_000
      }
    }
    #expect(most <= 6 * settings.readyPerKind + settings.inFlight)
    #expect(await bench.ledger.largestPage <= settings.pageSize)
    // Six kinds at ten a second, side by side: 200 s and the tail of the last unit, not 1,200 s.
    #expect(bench.clock.uptime() < .seconds(230))
    var order: [HubID?: [EffectKind]] = [:]
    for call in bench.cloud.calls { order[call.hub, default: []].append(call.kind) }
    #expect(order.count == 2_000)
    #expect(order.values.allSatisfy { $0 == CourierBench.kinds })
    let rows = await bench.ledger.rows.count
    #expect(rows == 12_000 * 3)
  }

  @Test func `a stopped lane does not starve the other one`() async throws {
    var settings = CourierSettings()
    settings.callsPerSecond = 50
    settings.readyPerKind = 8
    settings.pageSize = 16
    let bench = CourierBench(settings)
    bench.cloud.script { $0.kind.lane == .vendor ? .fault(Fault(.credentialsRefused)) : .well }
    // The vendor's entries lie in front.
    try await bench.owe(units: 0..<300, kinds: [.provisionHub])
    try await bench.owe(units: 300..<400, kinds: [.createThing])
    try await bench.running { courier in
      try await bench.drive(courier, for: .seconds(60)) { try await bench.count(.settled) == 100 }
      bench.cloud.script { _ in .well }
      await bench.versions.set(.vendor, "key-2")
      try await bench.drive(courier, for: .seconds(60)) { try await bench.count(.settled) == 400 }
    }
  }

  @Test func `hours offline cost a bounded number of rows, and everything flows once the network is back`()
    async throws
  {
    let bench = CourierBench()
    try await bench.owe(units: 0..<50)
    let before = await bench.ledger.rows.count
    bench.cloud.script { [cloud = bench.cloud] _ in
      .fault(Fault(cloud.callCount.isMultiple(of: 2) ? .networkUnreachable : .networkTimeout))
    }
    try await bench.running { courier in
      try await bench.pass(.seconds(8 * 3_600), courier)
      let status = try await courier.status()
      #expect(status.lanes[.aws]?.word == .offline)
      #expect(status.backlog == 300)
      let written = await bench.ledger.rows.count - before
      // Two rows (begun, delayed) for each of the few that were out when it went away.
      #expect(written <= 2 * 16)
      let calls = bench.cloud.calls
      // One probe at a time, never more than half a minute apart, never a storm.
      #expect(calls.count > 8 * 120 && calls.count < 8 * 3_600 / 10)
      for (early, late) in zip(calls.dropFirst(16), calls.dropFirst(17)) {
        #expect(late.at - early.at <= .seconds(30))
      }
      bench.cloud.script { _ in .well }
      let back = bench.clock.uptime()
      try await bench.drive(courier, for: .seconds(120)) { try await bench.count(.settled) == 300 }
      // 30 s at most until it is noticed; 50 calls of a kind at five a second.
      #expect(bench.clock.uptime() - back < .seconds(30 + 25))
    }
    let rows = await bench.ledger.rows.filter { $0.kind == "outbox.sending" }
    #expect(rows.count == 300)
  }

  @Test func `a long outbox that waits is not read again and again, and what was missed is still found`()
    async throws
  {
    let bench = CourierBench()
    try await bench.owe(units: 0..<2_000, kinds: [.createThing])
    bench.cloud.script { _ in .fault(Fault(.networkUnreachable)) }
    try await bench.running { courier in
      try await bench.pass(.seconds(60), courier)
      let first = await bench.ledger.entriesRead
      #expect(first >= 2_000)
      try await bench.pass(.seconds(3_400), courier)
      #expect(await bench.ledger.entriesRead - first < 200)
      // The whole outbox again, for what became due without a word; never forgotten.
      try await bench.pass(.seconds(300), courier)
      #expect(await bench.ledger.entriesRead - first >= 2_000)
      // Owed without a wake-up.
      bench.cloud.script { _ in .well }
      try await bench.drive(courier, for: .seconds(600)) { try await bench.count(.settled) == 2_000 }
      try await bench.owe(units: 2_000..<2_001, kinds: [.createThing])
      try await bench.pass(.seconds(301), courier)
      #expect(try await bench.count(.settled) == 2_001)
    }
  }

  @Test func `the rate and the time left are told in words`() async throws {
    let bench = CourierBench()
    try await bench.owe(units: 0..<3_000, kinds: [.createThing])
    try await bench.running { courier in
      try await bench.pass(.seconds(60), courier)
      var report = StationReport(ledger: "ledger.sqlite")
      report.outbox = ["owed": 2_700, "settled": 300]
      report.add(try await courier.status())
      let line = try #require(StationReportText.lines(report).first { $0.hasPrefix("outbox") })
      #expect(
        line.contains("5.0 a second, about 9 min left") || line.contains("5.1 a second, about 9 min left"),
        "\(line)")
    }
  }

  @Test func `a short break is noticed within five seconds`() async throws {
    let bench = CourierBench()
    try await bench.owe(units: 0..<24)
    bench.cloud.script { [clock = bench.clock] _ in
      clock.uptime() < .seconds(60) ? .fault(Fault(.networkUnreachable)) : .well
    }
    try await bench.running { courier in
      try await bench.drive(courier) { try await bench.count(.settled) >= 1 }
      #expect(bench.clock.uptime() <= .seconds(65))
    }
  }

  @Test func `one entry that always fails does not keep the others back`() async throws {
    let bench = CourierBench()
    let bad = try CourierBench.hub(0)
    bench.cloud.script { $0.hub == bad ? .fault(Fault(.serverFailed, ["status": "500"])) : .well }
    try await bench.owe(units: 0..<20)
    try await bench.running { courier in
      try await bench.drive(courier, for: .seconds(60)) { try await bench.count(.settled) == 19 * 6 }
      try await bench.pass(.seconds(7_200), courier)
      // Alone it looks like an outage; a new unit must come through all the same.
      try await bench.owe(units: 20..<21)
      await courier.wake()
      try await bench.drive(courier, for: .seconds(100)) { try await bench.count(.settled) == 20 * 6 }
    }
    #expect(try await bench.kinds(of: 0) == ["outbox.sending", "outbox.delayed"])
  }

  @Test func `Retry-After is a minimum, for the entry and for its kind`() async throws {
    let bench = CourierBench()
    try await bench.owe(units: 0..<3, kinds: [.provisionHub])
    bench.cloud.script { [cloud = bench.cloud] _ in
      cloud.callCount == 0 ? .fault(Fault(.throttled, retryAfter: .seconds(90))) : .well
    }
    try await bench.running { courier in
      try await bench.drive(courier) { try await bench.count(.settled) == 3 }
    }
    let times = bench.cloud.calls.map(\.at)
    #expect(times[1] - times[0] >= .seconds(90))
    #expect(times[1] - times[0] < .seconds(160))
  }

  @Test func `an entry that waits for its hub is listed apart and parked at its deadline`() async throws {
    var settings = CourierSettings()
    settings.hubDeadline = .seconds(86_400)
    let bench = CourierBench(settings)
    bench.cloud.script { _ in .fault(Fault(.hubOffline)) }
    try await bench.owe(units: 0..<1, kinds: [.confirmHub])
    try await bench.running { courier in
      try await bench.pass(.seconds(3_600), courier)
      let status = try await courier.status()
      #expect(status.waitingForHub == 1)
      #expect(status.backlog == 0)
      // Slower than a network fault: less than once a minute.
      #expect(bench.cloud.calls.count < 20)
      try await bench.pass(.seconds(23 * 3_600 + 3_600), courier)
      #expect(try await bench.count(.parked) == 1)
    }
    #expect(
      try await bench.kinds(of: 0)
        == ["outbox.sending", "outbox.delayed", "outbox.parked", "unit.held"])
  }

  @Test func `a drain ends when nothing moves, and says what is left`() async throws {
    let bench = CourierBench()
    bench.cloud.script { $0.kind.lane == .vendor ? .fault(Fault(.credentialsRefused)) : .well }
    try await bench.owe(units: 0..<2)
    let courier = bench.courier()
    let drain = Task { try await courier.drainOnce(within: .seconds(600)) }
    try await eventually("the drain has begun") {
      if await courier.isRunning { return true }
      return !bench.cloud.calls.isEmpty
    }
    try await bench.end(of: courier)
    let left = try await drain.value
    #expect(left.unsettled == 4)
    #expect(left.lanes[.vendor]?.word == .stopped)
    #expect(bench.clock.uptime() < .seconds(60))
  }

  /// `station sync` from cron: a program that knows only what the ledger says.
  @Test func `a drain asks every hub that is waited for once`() async throws {
    let bench = CourierBench()
    try await bench.owe(units: 0..<30, kinds: [.claimHub])
    bench.cloud.script { _ in .fault(Fault(.hubOffline)) }
    try await bench.running { courier in
      try await bench.drive(courier) { try await courier.status().waitingForHub == 30 }
    }
    bench.cloud.script { $0.entry == "0-0" ? .fault(Fault(.hubOffline)) : .well }
    let courier = bench.courier()
    let drain = Task { try await courier.drainOnce(within: .seconds(600)) }
    try await eventually("the drain has begun") {
      if await courier.isRunning { return true }
      return try await bench.count(.settled) > 0
    }
    try await bench.end(of: courier)
    let left = try await drain.value
    #expect(left.unsettled == 1 && left.waitingForHub == 1)
    #expect(bench.clock.uptime() < .seconds(300))
  }
}
