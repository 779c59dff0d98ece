import CertForge
import Foundation
import Testing

@testable import Station

/// `station aws sweep`: what an answer that was lost left behind, and nothing else.
@Suite("Orphan sweep", .timeLimit(.minutes(5)))
struct OrphanSweepTests {
  private func lost(key: KeyOrigin, finish: Bool = true, clock: any StationClock = SystemClock()) async throws
    -> (WholeFloor, SimulatedHub)
  {
    var options = WholeFloor.Options()
    options.key = key
    options.clock = clock
    let world = try await WholeFloor(options)
    let hub = PipelineBench.hub()
    // A station whose clock is wrong has learned that already.
    world.effects.registrar.client.offset.learn(server: Timestamp(Date()), station: clock.now())
    await world.cloud.setFaults(
      CloudFaultPlan(seed: 1, rules: [.init(.droppedAfter, on: .createCertificate, times: 1)]))
    let first = await world.floor.visit(hub)
    #expect(first.fault?.code == .issuerUnavailable)
    #expect(await world.certificates().count == 1)
    if finish {
      #expect(await world.floor.visit(hub).outcome == .passed)
      #expect(try await world.drain().unsettled == 0)
    }
    return (world, hub)
  }

  @Test(arguments: KeyOrigin.allCases)
  func `an orphan of a lost answer is shown, and removed when told to`(key: KeyOrigin) async throws {
    let (world, hub) = try await lost(key: key)
    try await world.audit(hub, orphans: 1)
    let dry = try await world.sweep(removing: false)
    #expect(dry.listed == 2 && dry.findings.map(\.verdict) == [.lost] && dry.counts[.active] == 1)
    #expect(dry.findings.first?.serial == "SPK00000001" && dry.findings.first?.removed == false)
    try await world.audit(hub, orphans: 1)
    let wet = try await world.sweep(removing: true)
    #expect(wet.findings.map(\.removed) == [true])
    try await world.audit(hub)
    #expect(try await world.sweep(removing: true).findings.isEmpty)
    try await world.end()
  }

  @Test func `nothing younger than an hour is touched`() async throws {
    let (world, hub) = try await lost(key: .station)
    let report = try await world.sweep(removing: true, later: .seconds(3_500))
    #expect(report.findings.isEmpty && report.counts[.young] == 1)
    try await world.audit(hub, orphans: 1)
    try await world.end()
  }

  /// AWS's clock says how old it is; a program that has just started learns that from the first answer only.
  @Test func `nothing is older for a station whose clock is ahead`() async throws {
    let (world, hub) = try await lost(key: .station, clock: HurriedClock(shift: .seconds(7_200)))
    world.effects.registrar.client.offset.learn(
      server: Timestamp(milliseconds: 0), station: Timestamp(milliseconds: 0))
    let report = try await world.sweep(removing: true)
    #expect(report.findings.isEmpty && report.counts[.young] == 1)
    try await world.audit(hub, orphans: 1)
    try await world.end()
  }

  @Test func `what a hub on its way still needs is known and kept`() async throws {
    let world = try await WholeFloor()
    let hub = PipelineBench.hub()
    // Certified, and the plug pulled; then another that passed and waits for the network.
    try await world.certifyOnly(hub)
    let other = PipelineBench.hub("SPK00000002", mac: "02:00:5e:00:00:02")
    #expect(await world.floor.visit(other).outcome == .passed)
    let before = await world.certificates()
    let report = try await world.sweep(removing: true)
    #expect(report.findings.isEmpty && report.counts == [.known: 2])
    #expect(await world.certificates() == before)
    try await world.end()
  }

  @Test func `a void one is removed, and its entry of the outbox settles after it`() async throws {
    let world = try await WholeFloor()
    let hub = PipelineBench.hub()
    try await world.certifyOnly(hub)
    #expect(await world.floor.visit(hub).outcome == .passed)
    let report = try await world.sweep(removing: true)
    #expect(report.findings.map(\.verdict) == [.void] && report.findings.map(\.removed) == [true])
    let left = try await world.drain()
    #expect(left.unsettled == 0 && left.parked == 0)
    try await world.audit(hub)
    try await world.end()
  }

  /// The hub made its key and went to another station; that station's certificate looks just like an orphan of ours.
  @Test func `another station's certificate for the same hub's key is not ours to remove`() async throws {
    let (here, hub) = try await lost(key: .hub, finish: false)
    let there = try await WholeFloor(key: .hub, sharing: here.cloud)
    #expect(await there.floor.visit(hub).outcome == .passed)
    let held = try #require(try PipelineBench.certificate(on: hub))
    // There it waits for the network: no Thing, no attachment, INACTIVE.
    let report = try await here.sweep(removing: true)
    #expect(report.findings.map(\.verdict) == [.undecided, .undecided])
    #expect(report.findings.allSatisfy { !$0.removed })
    #expect(await here.certificates()[held.fingerprint] == "INACTIVE")
    #expect(try await there.drain().unsettled == 0)
    try await there.end()
    try await here.end()
  }

  @Test func `certificates of others, attached ones and ones with a policy are never touched`() async throws {
    let (world, _) = try await lost(key: .station)
    let orphan = try #require(await world.certificates().first { $0.value == "INACTIVE" }?.key)
    // Somebody else's, INACTIVE and attached to nothing, with a subject like ours.
    let key = try PrivateKey.generate()
    let unit = try #require(try await world.floor.record()?.hub.text)
    let request = try key.signingRequest(commonName: unit, serialNumber: "SPK00000001")
    let foreign = try await world.effects.registrar.client.createCertificateFromCSR(request.pem).value
    #expect(try await world.sweep(removing: true).findings.map(\.certificate) == [orphan])
    #expect(await world.certificates()[foreign.certificateId] == "INACTIVE")
    try await world.end()

    for use in ["policy", "thing"] {
      let (world, _) = try await lost(key: .station)
      let orphan = try #require(await world.certificates().first { $0.value == "INACTIVE" }?.key)
      if use == "policy" {
        try await world.cloud.apply(.policyAttached(policy: "hub-identity", certificate: orphan))
      } else {
        try await world.cloud.apply(.thingCreated(.init(name: "other", id: "1", attributes: [:])))
        try await world.cloud.apply(.principalAttached(thing: "other", certificate: orphan))
      }
      let report = try await world.sweep(removing: true)
      #expect(report.findings.map(\.verdict) == [.inUse], "\(use)")
      #expect(report.findings.first?.detail?.contains(use == "policy" ? "hub-identity" : "other") == true)
      #expect(await world.certificates()[orphan] == "INACTIVE")
      try await world.end()
    }
  }

  @Test(arguments: ["1e300", "-1e300", "1e18", "253402300800", "null"])
  func `a certificate whose age is no time is never removed`(date: String) async throws {
    let clouds = try FuzzClouds()
    let void = CloudBench.fingerprint
    var row = JournalRow(
      sequence: 1, time: clouds.clock.now(), clock: .synchronised, station: "line-1", actor: "anna",
      kind: "attempt.restarted", body: Data(), versions: "{}", previousHash: Data(), hash: Data())
    row.body = try JournalEntry.restarted(revoking: [void]).body()
    var register = IssuedRegister()
    try register.take(row)
    func sweep(_ date: String) async throws -> OrphanSweep.Report {
      let list =
        "{\"certificates\":[{\"certificateId\":\"\(void)\",\"status\":\"INACTIVE\",\"creationDate\":\(date)}]}"
      clouds.server.answer { call in
        HTTPAnswer(
          status: 200, headers: [], body: Array((call.path.hasSuffix("/certificates") ? list : "{}").utf8))
      }
      var sweep = OrphanSweep(
        registrar: clouds.effects.registrar, register: register,
        clock: CloudTestClock(clouds.clock.now(), nap: .milliseconds(1)))
      sweep.mostCalls = 1
      return try await sweep.run(removing: true)
    }
    let report = try await sweep(date)
    #expect(report.counts == [.young: 1] && report.findings.isEmpty && report.listed == 1)
    // An hour old and void, it is looked at.
    await #expect(throws: Fault.self) { _ = try await sweep("1.7e9") }
  }

  @Test func `a list of many pages is read to its end, through refusals`() async throws {
    let (world, _) = try await lost(key: .station)
    for _ in 0..<260 {
      let key = try PrivateKey.generate()
      let request = try key.signingRequest(commonName: "x", serialNumber: "y")
      _ = try await world.effects.registrar.client.createCertificateFromCSR(request.pem)
    }
    await world.cloud.setFaults(
      CloudFaultPlan(
        seed: 5, rules: [.init(.throttled, perMille: 50), .init(.droppedAfter, perMille: 20)]))
    let report = try await world.sweep(removing: true)
    #expect(report.listed == 262 && report.counts[.foreign] == 260)
    #expect(report.findings.map(\.verdict) == [.lost])
    try await world.end()
  }
}
