import Foundation
import Testing

@testable import Station

/// The next entry of a unit may lie anywhere in the outbox, and was passed while it had to wait.
@Suite("What the courier takes up when an entry is over")
struct CourierFollowTests {
  /// A rework among them: the revocation is owed when the new identity is delivered, the rest with the pass.
  @Test(arguments: [[EffectKind.claimHub, .moveHub], [.revokeCertificate, .registerCertificate]])
  func `a unit's next entry is sent at once, though another unit's lies between`(kinds: [EffectKind])
    async throws
  {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    let bench = CourierBench(onDisk: ledger)
    bench.cloud.latency = .seconds(2)
    let absent = try CourierBench.hub(1)
    bench.cloud.script { $0.hub == absent ? .fault(Fault(.hubOffline)) : .well }
    try await bench.owe(units: 0..<1, kinds: [kinds[0]])
    try await bench.owe(units: 1..<2, kinds: [.claimHub])
    try await bench.owe(units: 0..<1, kinds: [kinds[1]], from: 1)
    try await bench.owe(units: 2..<3, kinds: [.claimHub])
    let courier = bench.courier()
    let drain = Task { try await courier.drainOnce(within: .seconds(40)) }
    try await eventually("the drain has begun") { await courier.isRunning }
    try await bench.end(of: courier)
    let left = try await drain.value
    #expect(left.counts == [.settled: 3, .sending: 1] && left.waitingForHub == 1)
    #expect(bench.clock.uptime() < .seconds(10))
    let unit = try CourierBench.hub(0)
    #expect(bench.cloud.calls.filter { $0.hub == unit }.map(\.kind) == kinds)
    try ledger.close()
  }

  @Test func `in a long backlog too, in order, in bounded memory, without reading it again for each`()
    async throws
  {
    var settings = CourierSettings()
    settings.callsPerSecond = 20
    // The second kind piles up, so that it finds no room at times.
    settings.callsPerSecondByKind = [.createThing: 10]
    settings.readyPerKind = 8
    settings.pageSize = 16
    let bench = CourierBench(settings)
    let kinds = Array(CourierBench.kinds.prefix(3))
    for (place, kind) in kinds.enumerated() {
      try await bench.owe(units: 0..<300, kinds: [kind], from: place)
    }
    var most = 0
    try await bench.running { courier in
      try await bench.drive(courier, for: .seconds(60)) {
        most = max(most, await courier.remembered)
        return try await bench.count(.settled) == 900
      }
    }
    // 300 of the slowest kind at ten a second.
    #expect(bench.clock.uptime() < .seconds(35))
    #expect(most <= 3 * settings.readyPerKind + settings.inFlight)
    #expect(await bench.ledger.entriesRead < 900 * 10)
    let order = Dictionary(grouping: bench.cloud.calls, by: \.hub)
    #expect(order.count == 300 && order.values.allSatisfy { $0.map(\.kind) == kinds })
  }

  /// Nobody tells the courier that what it has in memory became void, nor what was waiting for that.
  @Test func `an entry that became void before its call makes way for those behind it`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    var settings = CourierSettings()
    settings.callsPerSecondByKind = [.createThing: 0.1]
    let bench = CourierBench(settings, onDisk: ledger)
    try await bench.owe(units: 0..<2, kinds: [.createThing])
    try await bench.owe(units: 2..<3, kinds: [.claimHub])
    try await bench.owe(units: 1..<2, kinds: [.claimHub], from: 1)
    try await bench.running { courier in
      try await bench.pass(.seconds(5), courier)
      #expect(try await bench.count(.settled) == 2)
      try await bench.owe(units: 1..<2, kinds: [.revokeCertificate], from: 2)
      #expect(try await bench.count(.superseded) == 1)
      try await bench.pass(.seconds(10), courier)
      #expect(try await bench.count(.settled) == 4)
      #expect(await courier.remembered == 0)
    }
    #expect(!bench.cloud.calls.contains { $0.entry == "1-0" })
    try ledger.close()
  }
}
