import Foundation
import Testing

@testable import Station

@Suite("The courier")
struct CourierTests {
  @Test func `entries of a unit go out in order, each begun once, many units at a time`() async throws {
    var settings = CourierSettings()
    settings.callsPerSecond = 1_000
    let bench = CourierBench(settings)
    bench.cloud.latency = .milliseconds(50)
    try await bench.owe(units: 0..<40)
    try await bench.running { courier in
      try await bench.drive(courier) { try await bench.count(.settled) == 240 }
    }
    for unit in 0..<40 {
      let hub = try CourierBench.hub(unit)
      let calls = bench.cloud.calls.filter { $0.hub == hub }
      #expect(calls.map(\.kind) == CourierBench.kinds)
      #expect(calls.allSatisfy { $0.verb == .call })
      let rows = try await bench.kinds(of: unit)
      #expect(rows == (0..<6).flatMap { _ in ["outbox.sending", "outbox.settled"] })
    }
    #expect(bench.cloud.mostOut == 16)
  }

  @Test func `a lost answer is probed and the effect happens once`() async throws {
    let bench = CourierBench()
    bench.cloud.script { [cloud = bench.cloud] call in
      call.verb == .call && cloud.taken[call.entry] == nil ? .lost(Fault(.networkTimeout)) : .well
    }
    try await bench.owe(units: 0..<3)
    try await bench.running { courier in
      try await bench.drive(courier) { try await bench.count(.settled) == 18 }
    }
    #expect(bench.cloud.taken.values.allSatisfy { $0 == 1 })
    #expect(bench.cloud.taken.count == 18)
    for unit in 0..<3 {
      let rows = try await bench.kinds(of: unit)
      #expect(rows.filter { $0 == "outbox.sending" }.count == 6)
      #expect(rows.filter { $0 == "outbox.delayed" }.count == 6)
    }
  }

  @Test func `a refused probe leaves the lost answer undecided`() async throws {
    let bench = CourierBench()
    let verbs = [
      ScriptedCloud.Reaction.lost(Fault(.networkTimeout)), .fault(Fault(.throttled)), .well,
    ]
    bench.cloud.script { [cloud = bench.cloud] _ in verbs[min(cloud.callCount, 2)] }
    try await bench.owe(units: 0..<1, kinds: [.provisionHub])
    try await bench.running { courier in
      try await bench.drive(courier) { try await bench.count(.settled) == 1 }
    }
    #expect(bench.cloud.calls.map(\.verb) == [.call, .probe, .probe])
    #expect(bench.cloud.taken["0-0"] == 1)
  }

  @Test func `refused credentials stop their lane once, park nothing, and go on when the key changes`()
    async throws
  {
    let bench = CourierBench()
    bench.cloud.latency = .milliseconds(100)
    bench.cloud.script { [versions = bench.keys] call in
      call.kind.lane == .vendor && versions.isOld ? .fault(Fault(.credentialsRefused)) : .well
    }
    try await bench.owe(units: 0..<30, kinds: [.createThing, .provisionHub])
    try await bench.running { courier in
      try await bench.pass(.seconds(1_000), courier)
      #expect(try await bench.count(.parked) == 0)
      // The other lane has gone on.
      #expect(try await bench.count(.settled) == 30)
      let refused = bench.cloud.calls.filter { $0.kind == .provisionHub }
      // Those in flight when it stopped, and one probe a minute.
      #expect((2...16 + 17).contains(refused.count))
      #expect(refused.suffix(10).map(\.entry).allSatisfy { $0 == refused.last?.entry })
      let delayed = await bench.ledger.rows.filter { $0.kind == "outbox.delayed" }
      #expect(delayed.count == 1)
      let status = try await courier.status()
      #expect(status.lanes[.vendor]?.word == .stopped)
      #expect(status.lanes[.vendor]?.fault?.code == .credentialsRefused)
      #expect(status.lanes[.aws]?.word == .open)

      bench.keys.rotate()
      await bench.versions.set(.vendor, "key-2")
      try await bench.drive(courier, for: .seconds(30)) { try await bench.count(.settled) == 60 }
      #expect(try await courier.status().lanes[.vendor]?.word == .open)
    }
    #expect(bench.cloud.taken.values.allSatisfy { $0 == 1 })
  }

  @Test func `a right that was granted is noticed by the slow probe alone`() async throws {
    let bench = CourierBench()
    bench.cloud.script { [keys = bench.keys] call in
      call.kind == .attachPolicy && keys.isOld
        ? .fault(Fault(.privilegeMissing, ["action": "iot:AttachPolicy"])) : .well
    }
    try await bench.owe(units: 0..<4, kinds: [.createThing, .attachPolicy])
    try await bench.running { courier in
      try await bench.pass(.seconds(200), courier)
      #expect(try await courier.status().lanes[.aws]?.word == .stopped)
      bench.keys.rotate()
      try await bench.drive(courier, for: .seconds(70)) { try await bench.count(.settled) == 8 }
    }
  }

  @Test func `a conflict parks the entry and holds the unit in one transaction, and blocks only that unit`()
    async throws
  {
    let bench = CourierBench()
    let bad = try CourierBench.hub(1)
    bench.cloud.script {
      $0.hub == bad && $0.kind == .createThing ? .fault(Fault(.thingConflict, ["serial": "X"])) : .well
    }
    try await bench.owe(units: 0..<3)
    try await bench.running { courier in
      try await bench.drive(courier) { try await bench.count(.settled) == 13 }
      #expect(try await bench.count(.parked) == 1)
      #expect(
        await bench.ledger.requests.filter { $0.contains("outbox.parked") } == [
          ["outbox.parked", "unit.held"]
        ])

      // Nothing fits: nothing is released.
      let none = try await courier.decide(
        .release, ParkedFilter(code: .hubConflict), reason: "r", actor: "qa", dryRun: false)
      #expect(none.isEmpty)
      let trial = try await courier.decide(
        .release, ParkedFilter(serial: SerialNumber(normalised: "S1")), reason: "r", actor: "qa", dryRun: true
      )
      #expect(trial.count == 1)
      #expect(try await bench.count(.parked) == 1)
      bench.cloud.script { _ in .well }
      _ = try await courier.decide(
        .release, ParkedFilter(code: .thingConflict), reason: "Thing removed", actor: "qa", dryRun: false)
      try await bench.drive(courier, for: .seconds(60)) { try await bench.count(.settled) == 18 }
    }
    let released = await bench.ledger.rows.filter { $0.kind == "outbox.released" }
    #expect(released.map(\.actor) == ["qa"])
    // The hold that came with the parking goes with it.
    let requests = await bench.ledger.requests
    #expect(requests.contains(["outbox.released", "unit.freed"]))
  }

  @Test func `new entries are sent at once after a wake-up`() async throws {
    let bench = CourierBench()
    try await bench.running { courier in
      try await bench.pass(.seconds(10), courier)
      try await bench.owe(units: 0..<1, kinds: [.createThing])
      await courier.wake()
      try await bench.drive(courier, for: .zero) { try await bench.count(.settled) == 1 }
    }
  }

  @Test func `hubs that do not answer keep no unit waiting, and each of them is asked`() async throws {
    let bench = CourierBench()
    bench.cloud.delay { $0.kind.lane == .hubs ? .seconds(25) : .zero }
    bench.cloud.script { $0.kind.lane == .hubs ? .fault(Fault(.hubUnanswered)) : .well }
    try await bench.owe(units: 0..<20, kinds: [.sendHubCommand])
    try await bench.running { courier in
      try await bench.pass(.seconds(10), courier)
      #expect(bench.cloud.mostOut == bench.settings.questionsInFlight)
      try await bench.owe(units: 20..<21, kinds: CourierBench.kinds + [.claimHub])
      await courier.wake()
      try await bench.drive(courier, for: .seconds(5)) { try await bench.count(.settled) == 7 }
      // Five rounds of four: nobody is asked twice before the last one was asked.
      try await bench.drive(courier, for: .seconds(100)) {
        Set(bench.cloud.calls.filter { $0.kind.lane == .hubs }.map(\.entry)).count == 20
      }
    }
  }

  /// More of them than can be asked in the longest time between two tries, before and after a restart.
  @Test func `a new question is asked at once, however many hubs are silent`() async throws {
    let bench = CourierBench()
    bench.cloud.delay { _ in .seconds(25) }
    bench.cloud.script { ["900-0", "901-0"].contains($0.entry) ? .well : .fault(Fault(.hubUnanswered)) }
    try await bench.owe(units: 0..<400, kinds: [.sendHubCommand])
    for life in 0..<2 {
      try await bench.running { courier in
        try await bench.pass(.seconds(life == 0 ? 7_200 : 10), courier)
        try await bench.owe(units: 900 + life..<901 + life, kinds: [.sendHubCommand])
        await courier.wake()
        try await bench.drive(courier, for: .seconds(60)) { try await bench.count(.settled) == life + 1 }
      }
    }
  }

  @Test func `a ledger that fails ends the courier`() async throws {
    let bench = CourierBench()
    try await bench.owe(units: 0..<1)
    await bench.ledger.refuse(Fault(.ledgerFull))
    let courier = bench.courier()
    await #expect(throws: Fault(.ledgerFull)) { try await courier.run() }
    #expect(bench.cloud.calls.isEmpty)
  }

  @Test func `the next courier probes what the last one left in the middle`() async throws {
    let bench = CourierBench()
    bench.cloud.latency = .seconds(5)
    try await bench.owe(units: 0..<4, kinds: [.createThing])
    // Dies with four calls out, of which the cloud takes none: cancelled as by a power cut.
    let first = bench.courier()
    let run = Task { try await first.run() }
    try await bench.pass(.seconds(1), first)
    run.cancel()
    try await run.value
    #expect(try await bench.count(.sending) == 4)
    #expect(bench.cloud.calls.count == 4)

    try await bench.running { courier in
      try await bench.drive(courier) { try await bench.count(.settled) == 4 }
    }
    let later = bench.cloud.calls.dropFirst(4)
    #expect(later.filter { $0.verb == .probe }.count == 4)
    for unit in 0..<4 {
      let hub = try CourierBench.hub(unit)
      #expect(later.filter { $0.hub == hub }.map(\.verb) == [.probe, .call])
      #expect(try await bench.kinds(of: unit) == ["outbox.sending", "outbox.settled"])
    }
  }

  @Test func `stopping waits for calls that are out, but not beyond its limit`() async throws {
    let bench = CourierBench()
    bench.cloud.latency = .seconds(4)
    try await bench.owe(units: 0..<2, kinds: [.createThing, .attachPrincipal])
    let courier = bench.courier()
    let run = Task { try await courier.run() }
    try await bench.pass(.seconds(2), courier)
    let stop = Task { await courier.stop(within: .seconds(3)) }
    try await eventually("it is told to stop") { await courier.isStopping }
    try await bench.end(of: courier)
    await stop.value
    try await run.value
    #expect(try await bench.count(.settled) == 2)
    #expect(bench.cloud.calls.count == 2)

    bench.cloud.latency = .seconds(60)
    let second = bench.courier()
    let again = Task { try await second.run() }
    try await bench.pass(.seconds(2), second)
    let halt = Task { await second.stop(within: .seconds(3)) }
    try await eventually("it is told to stop") { await second.isStopping }
    try await bench.end(of: second)
    await halt.value
    try await again.value
    #expect(bench.clock.uptime() < .seconds(30))
    #expect(try await bench.count(.sending) == 2)
  }
}
