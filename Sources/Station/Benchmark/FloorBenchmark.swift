import CertForge
import Foundation

/// Whole units on hubs that answer at once: what is left is the station's own time.
enum FloorBenchmark {
  struct Figure: Hashable, Sendable, Codable {
    var slots: Int
    var unitsPerMinute: Double
    /// Wall time of one unit on its slot, milliseconds.
    var millisecondsPerUnit: Double
  }

  static func run(units: Int, slots: Int, folder: String) async throws -> Figure {
    let place = "\(folder)/floor-\(slots)"
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    let ledger = try Ledger.open(
      path: "\(place)/ledger.sqlite", station: "benchmark", clock: SystemClock(),
      versions: StationStart(version: StationVersion.text, settings: "defaults"))
    let authority = try DemoBench.authority(in: place)
    let bench = Bench(
      clock: SystemClock(), randomness: SystemRandomness(), models: [DemoBench.model],
      issuer: StationAuthority(authority, notAfter: Timestamp(IssuingAuthority.usualEnd)),
      trustedAuthorities: [authority.certificate], trustRoots: authority.certificate.pem,
      hubNaming: HubNaming(namespace: try DemoBench.namespace()), outbox: OutboxPlan(policyVia: .certificate),
      endpoints: { () async throws(Fault) in
        Bench.Endpoints(region: "region", data: "data", credential: "credential", roleAlias: "")
      },
      lastRowTime: { ledger.lastTime })
    let names = (1...slots).compactMap { SlotName("A\($0)") }
    let hubs = try await HubPopulation(count: units, seed: 1, shellsPerHundred: 0).hubs(in: place)
    let (events, continuation) = AsyncStream.makeStream(of: BenchEvent.self)
    let (stop, _) = AsyncStream.makeStream(of: Void.self)
    let robot = RobotOperator(slots: names, hubs: hubs, bench: continuation)
    let (news, tell) = AsyncStream.makeStream(of: FloorNews.self)
    let hearing = Task { for await item in news { await robot.hear(item) } }
    let floor = Floor(
      slots: names, actor: "benchmark", runner: Runner(journal: ledger, bench: bench), clock: SystemClock(),
      randomness: SystemRandomness(), tell: { tell.yield($0) })
    let began = ContinuousClock.now
    await robot.begin()
    await floor.run(events, stop: stop)
    let seconds = (ContinuousClock.now - began) / .seconds(1)
    tell.finish()
    await hearing.value
    let summary = try await ledger.summary(since: 0)
    try ledger.close()
    guard summary.passed == units else {
      throw Fault(.ledgerFailed, ["cause": "\(summary.passed) of \(units) units passed"])
    }
    return Figure(
      slots: slots, unitsPerMinute: Double(units) / seconds * 60,
      millisecondsPerUnit: seconds * 1000 * Double(slots) / Double(units))
  }
}
