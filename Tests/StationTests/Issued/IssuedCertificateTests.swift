import CertForge
import Foundation
import Testing

@testable import Station

/// Certificates that AWS issues: through the runner, the courier and real HTTP, to a simulated AWS.
@Suite("AWS-issued certificates", .timeLimit(.minutes(5)))
struct IssuedCertificateTests {
  @Test(arguments: KeyOrigin.allCases)
  func `a unit passes with an INACTIVE certificate, which is activated last`(key: KeyOrigin) async throws {
    let world = try await WholeFloor(key: key)
    let hub = PipelineBench.hub()
    let conclusion = await world.floor.visit(hub)
    #expect(conclusion.outcome == .passed, "\(String(describing: conclusion.fault))")
    #expect(
      try await world.owed().map(\.kind) == [
        .createThing, .attachPrincipal, .attachPolicy, .activateCertificate, .provisionHub, .confirmHub,
      ])
    let held = try #require(try PipelineBench.certificate(on: hub))
    #expect(await world.certificates() == [held.fingerprint: "INACTIVE"])
    let left = try await world.drain()
    #expect(left.unsettled == 0 && left.parked == 0)
    try await world.audit(hub)
    #expect(await world.cloud.audit().effects["CreateCertificateFromCsr"] == 1)
    try await world.end()
  }

  @Test func `the whole certificate is durable before a byte of it goes to the hub`() async throws {
    let world = try await WholeFloor()
    let hub = PipelineBench.hub()
    await world.floor.visit(hub)
    let entries = try await world.floor.entries()
    let certified = try #require(
      entries.firstIndex { if case .done(.certified) = $0 { true } else { false } })
    #expect(certified < (try #require(entries.firstIndex(of: .began(.deliver)))))
    guard case .done(.certified(let evidence)) = entries[certified] else { return }
    #expect(evidence.issuer == "aws")
    #expect(
      try Certificate(der: [UInt8](evidence.certificate)) == PipelineBench.certificate(on: hub))
    try await world.end()
  }

  @Test func `offline the tile says to wait for the network, and nothing was made`() async throws {
    var options = WholeFloor.Options()
    options.cloud.startsOffline = true
    let world = try await WholeFloor(options)
    let hub = PipelineBench.hub()
    let conclusion = await world.floor.visit(hub)
    #expect(conclusion.outcome == .errored && conclusion.fault?.code == .issuerUnavailable)
    #expect(conclusion.fault?.disposition == .waitForNetwork)
    let wording = Wording(try #require(conclusion.fault))
    #expect(wording.sentence == "No certificate can be issued now: no network to AWS IoT.")
    #expect(wording.hint.contains("put it in again when the network is back"))
    #expect(try PipelineBench.certificate(on: hub) == nil)
    try await world.cloud.goOnline()
    #expect(await world.floor.visit(hub).outcome == .passed)
    _ = try await world.drain()
    try await world.audit(hub)
    try await world.end()
  }

  @Test(arguments: [CloudFault.refused, .page, .failed(status: 503), .throttled])
  func `what AWS says instead of a certificate is on the tile`(fault: CloudFault) async throws {
    let world = try await WholeFloor()
    await world.cloud.setFaults(CloudFaultPlan(seed: 1, rules: [.init(fault)]))
    let conclusion = await world.floor.visit(PipelineBench.hub())
    #expect(conclusion.fault?.code == .issuerUnavailable && conclusion.outcome == .errored)
    let asked = await world.cloud.audit().calls["CreateCertificateFromCsr"] ?? 0
    #expect(asked == (fault == .throttled ? 6 : 1))
    #expect(await world.certificates().isEmpty)
    try await world.end()
  }

  @Test func `sixty-four hubs at once get through an account that throttles`() async throws {
    var options = WholeFloor.Options()
    options.cloud.faults = CloudFaultPlan(
      seed: 3, rules: [.init(.throttled, on: .createCertificate, perMille: 400)])
    let world = try await WholeFloor(options)
    let passed = await withTaskGroup(of: Outcome.self) { group in
      for unit in 0..<64 {
        let digits = String(unit + 10)
        let hub = PipelineBench.hub("SPK000000\(digits)", mac: "02:00:5e:00:00:\(digits)")
        group.addTask { [floor = world.floor] in await floor.visit(hub).outcome }
      }
      var passed = 0
      for await outcome in group where outcome == .passed { passed += 1 }
      return passed
    }
    // Six calls are all refused once in 244 times: no hub is lost by that, it is put in again.
    #expect(passed >= 60)
    #expect(await world.certificates().count == passed)
    try await world.end()
  }

  /// The plug is pulled at every point of the way; what came of it is put in again until it passes.
  @Test(arguments: KeyOrigin.allCases)
  func `a pulled plug leaves no certificate but the hub's own`(key: KeyOrigin) async throws {
    let world = try await WholeFloor(key: key)
    var hubs: [SimulatedHub] = []
    for point in 1...60 {
      let serial = "SPK000000\(point + 10)"
      let hub = PipelineBench.hub(serial, mac: "02:00:5e:00:00:\(point + 10)")
      hubs.append(hub)
      hub.set(SimulatedHubFaults(unplugsAt: point))
      let first = await world.floor.visit(hub)
      hub.set(SimulatedHubFaults())
      if first.outcome == .passed { break }
      #expect(await world.floor.visit(hub).outcome == .passed, "point \(point)")
    }
    let removals = try await world.floor.ledger.outboxEntries(OutboxFilter(kind: .removeCertificate)).count
    let left = try await world.drain()
    #expect(left.unsettled == 0 && left.parked == 0)
    try await world.audit(hubs)
    let effects = await world.cloud.audit().effects
    #expect(effects["DeleteCertificate"] == removals)
    #expect(effects["CreateCertificateFromCsr"] == hubs.count + removals)
    try await world.end()
    #expect(removals > 0)
  }

  @Test func `the removal is owed in the transaction of the restart, and survives the pass`() async throws {
    let world = try await WholeFloor()
    let hub = PipelineBench.hub()
    try await world.certifyOnly(hub)
    let spent = try #require(await world.certificates().keys.first)
    let commits = world.floor.ledger.subscribe()
    #expect(await world.floor.visit(hub).outcome == .passed)
    for await rows in commits where rows.contains(where: { $0.kind == "attempt.restarted" }) {
      #expect(rows.map(\.kind) == ["attempt.restarted", "outbox.owed"])
      guard case .owed(let intent) = try #require(rows.last).entry() else { break }
      #expect(intent.kind == .removeCertificate && intent.unit?.certificate == spent)
      break
    }
    let waiting = try await world.floor.ledger.outboxEntries(OutboxFilter(kind: .removeCertificate))
    #expect(waiting.map(\.state) == [.owed])
    _ = try await world.drain()
    #expect(await world.certificates()[spent] == nil)
    try await world.audit(hub)
    try await world.end()
  }

  @Test func `the own CA spends nothing, and a restart owes nothing`() async throws {
    let floor = try await PipelineBench()
    let hub = PipelineBench.hub()
    // At the first point of deliver the certificate is there and the hub is gone.
    for point in 1...60 {
      hub.set(SimulatedHubFaults(unplugsAt: point))
      await floor.visit(hub)
      hub.set(SimulatedHubFaults())
      if try await floor.entries().contains(where: { if case .done(.certified) = $0 { true } else { false } })
      {
        break
      }
    }
    #expect(await floor.visit(hub).outcome == .passed)
    let entries = try await floor.entries()
    #expect(entries.contains { if case .restarted = $0 { true } else { false } })
    let kinds = entries.compactMap { if case .owed(let intent) = $0 { intent.kind } else { nil } }
    #expect(!kinds.contains(.removeCertificate) && kinds.count == 6)
  }

  @Test func `a hub that another station finished is not overwritten`() async throws {
    let there = try await WholeFloor()
    let here = try await WholeFloor(sharing: there.cloud)
    let hub = PipelineBench.hub()
    #expect(await there.floor.visit(hub).outcome == .passed)
    let held = try PipelineBench.certificate(on: hub)
    #expect(await here.floor.visit(hub).fault?.code == .finishedElsewhere)
    #expect(try PipelineBench.certificate(on: hub) == held)
    #expect(await there.certificates().count == 1)
    try await here.end()
    try await there.end()
  }
}
