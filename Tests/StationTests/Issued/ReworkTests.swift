import CertForge
import Foundation
import Testing

@testable import Station

/// One more pass over finished hubs: through the desk, the runner, the courier and real HTTP.
@Suite("Rework", .timeLimit(.minutes(5)))
struct ReworkTests {
  private static func desk(_ world: WholeFloor) -> DispositionDesk {
    DispositionDesk(ledger: world.floor.ledger, actor: "4711", retirement: RetirementRule())
  }

  private static func order(_ world: WholeFloor) async throws {
    let unit = try #require(try await world.floor.record())
    try await desk(world).decide(unit.hub, .init(act: .rework, reason: "storage replaced"))
  }

  private static func floor(_ issuer: String, _ key: KeyOrigin = .station) async throws -> WholeFloor {
    var options = WholeFloor.Options()
    options.issuer = issuer
    options.key = key
    return try await WholeFloor(options)
  }

  /// One identity everywhere; the old one, where the cloud ever heard of it, revoked and detached.
  private static func audit(_ world: WholeFloor, _ hub: SimulatedHub, old: Certificate) async throws {
    let held = try #require(try PipelineBench.certificate(on: hub))
    #expect(held.fingerprint != old.fingerprint && held.publicKey != old.publicKey)
    let audit = await world.cloud.audit()
    let unit = try #require(audit.units.first)
    #expect(audit.units.count == 1 && unit.provisioned == 1 && unit.attributes["certId"] == held.fingerprint)
    let (new, others) = (
      unit.certificates.filter { $0.id == held.fingerprint },
      (unit.certificates + audit.orphans).filter { $0.id != held.fingerprint }
    )
    #expect(
      new.map(\.status) == ["ACTIVE"] && new.allSatisfy { $0.attached && $0.policies == ["hub-identity"] })
    #expect(others.allSatisfy { $0.status == "REVOKED" && !$0.attached }, "\(others)")
    let record = try #require(try await world.floor.record())
    #expect(record.passed?.certificate == held.fingerprint && record.registration == .registered)
    #expect(record.standing.description == "released")
    let left = try await world.floor.ledger.outboxCounts()
    #expect(left[.owed] == nil && left[.sending] == nil && left[.parked] == nil, "\(left)")
    #expect(try await world.floor.ledger.compareProjections().agree)
    #expect(try await world.floor.ledger.verifyChain().firstBreak == nil)
  }

  @Test(arguments: [IssuerName.stationAuthority, IssuerName.aws], KeyOrigin.allCases)
  func `a registered hub has one identity after its rework, and the old one is dead`(
    issuer: String, key: KeyOrigin
  ) async throws {
    let world = try await Self.floor(issuer, key)
    let hub = PipelineBench.hub()
    #expect(await world.floor.visit(hub).outcome == .passed)
    _ = try await world.drain()
    let old = try #require(try PipelineBench.certificate(on: hub))
    try await Self.order(world)
    #expect(await world.floor.visit(hub).outcome == .passed)
    _ = try await world.drain()
    try await Self.audit(world, hub, old: old)
    #expect(await world.certificates()[old.fingerprint] == "REVOKED")
    // Put in once more it is a finished hub like any other.
    let before = try await world.floor.ledger.outboxCounts()
    #expect(await world.floor.visit(hub).outcome == .passed)
    #expect(try await world.floor.ledger.outboxCounts() == before)
    try await world.end()
  }

  @Test(arguments: [IssuerName.stationAuthority, IssuerName.aws])
  func `a hub that is reworked before the cloud heard of it, twice, leaves nothing of its old identities`(
    issuer: String
  ) async throws {
    let world = try await Self.floor(issuer)
    let hub = PipelineBench.hub()
    #expect(await world.floor.visit(hub).outcome == .passed)
    var old = try #require(try PipelineBench.certificate(on: hub))
    for _ in 0..<2 {
      old = try #require(try PipelineBench.certificate(on: hub))
      try await Self.order(world)
      #expect(await world.floor.visit(hub).outcome == .passed)
    }
    _ = try await world.drain()
    try await Self.audit(world, hub, old: old)
    #expect(await world.cloud.audit().effects["RegisterCertificateWithoutCA"] ?? 1 == 1)
    try await world.end()
  }

  @Test func `an abandoned rework leaves the unit on hold and its old identity dead, until it passes`()
    async throws
  {
    let world = try await Self.floor(IssuerName.stationAuthority)
    let hub = PipelineBench.hub()
    await world.floor.visit(hub)
    _ = try await world.drain()
    let old = try #require(try PipelineBench.certificate(on: hub))
    try await Self.order(world)
    hub.set(SimulatedHubFaults(room: 100))
    #expect(await world.floor.visit(hub).fault?.code == .hubStorageFull)
    var unit = try #require(try await world.floor.record())
    #expect(unit.onHold && unit.hold?.code == .reworkUnfinished && unit.disposition == .rework)
    let owed = try await world.owed().suffix(1)
    #expect(owed.map(\.kind) == [.revokeCertificate])
    _ = try await world.drain()
    #expect(await world.certificates() == [old.fingerprint: "REVOKED"])
    // A second try that fails owes no second end.
    #expect(await world.floor.visit(hub).fault?.code == .hubStorageFull)
    #expect(try await world.owed().count { $0.kind == .revokeCertificate } == 1)
    // It cannot be taken back any more.
    let order = try #require(unit.disposedSequence)
    await #expect(throws: Fault.self) {
      _ = try await Self.desk(world).correct(order, batch: nil, reason: "r")
    }
    hub.set(SimulatedHubFaults())
    #expect(await world.floor.visit(hub).outcome == .passed)
    unit = try #require(try await world.floor.record())
    #expect(!unit.onHold)
    _ = try await world.drain()
    try await Self.audit(world, hub, old: old)
    try await world.end()
  }

  @Test func `the hold and the end of the old identity are in the transaction that begins the delivery`()
    async throws
  {
    let world = try await Self.floor(IssuerName.stationAuthority)
    let hub = PipelineBench.hub()
    await world.floor.visit(hub)
    try await Self.order(world)
    let commits = world.floor.ledger.subscribe()
    await world.floor.visit(hub)
    var beginning: [JournalRow] = []
    for await rows in commits {
      if rows.contains(where: { $0.kind == "unit.held" }) { beginning = rows }
      if rows.contains(where: { $0.kind == "attempt.closed" }) { break }
    }
    #expect(beginning.map(\.kind) == ["step.began", "unit.held", "outbox.owed"])
    #expect(try beginning.first?.entry() == .began(.deliver))
    try await world.end()
  }

  @Test func `an order that nothing was done for yet can be taken back`() async throws {
    let world = try await Self.floor(IssuerName.stationAuthority)
    let hub = PipelineBench.hub()
    await world.floor.visit(hub)
    let held = try PipelineBench.certificate(on: hub)
    try await Self.order(world)
    let row = try #require(try await world.floor.record()?.disposedSequence)
    _ = try await Self.desk(world).correct(row, batch: nil, reason: "the other hub was meant")
    #expect(await world.floor.visit(hub).outcome == .passed)
    #expect(try PipelineBench.certificate(on: hub) == held)
    _ = try await world.drain()
    try await world.audit(hub)
    try await world.end()
  }

  @Test func `a hub that lost its identity gets another by rework, and not without`() async throws {
    let world = try await Self.floor(IssuerName.stationAuthority)
    let hub = PipelineBench.hub()
    await world.floor.visit(hub)
    _ = try await world.drain()
    let old = try #require(try PipelineBench.certificate(on: hub))
    let wiped = PipelineBench.hub()
    let refused = await world.floor.visit(wiped)
    #expect(refused.fault?.code == .identityLost)
    #expect(refused.fault.map { Wording($0).hint.contains("station rework") } == true)
    try await Self.order(world)
    #expect(await world.floor.visit(wiped).outcome == .passed)
    _ = try await world.drain()
    try await Self.audit(world, wiped, old: old)
    // The board that was taken out, if it ever comes back with the old identity, is not green.
    #expect(await world.floor.visit(hub).fault?.code == .identityForeign)
    try await world.end()
  }

  @Test func `a claim that waits for its hub does not keep the hub's new identity waiting`() async throws {
    let world = try await Self.floor(IssuerName.stationAuthority)
    let hub = PipelineBench.hub()
    await world.floor.visit(hub)
    _ = try await world.drain()
    let old = try #require(try PipelineBench.certificate(on: hub))
    let unit = try #require(try await world.owed().first?.unit)
    try await world.cloud.apply(.hubPlugged(id: unit.hub.text, false))
    let owing = Owing(journal: world.floor.ledger, clock: world.clock, randomness: SystemRandomness())
    let claim = try await owing.owe(
      [.claimHub(unit, Customer(site: "site-7", user: "user-1"))], actor: "4711")
    _ = try await world.drain()
    try await Self.order(world)
    #expect(await world.floor.visit(hub).outcome == .passed)
    _ = try await world.drain()
    let held = try #require(try PipelineBench.certificate(on: hub))
    #expect(await world.certificates() == [old.fingerprint: "REVOKED", held.fingerprint: "ACTIVE"])
    let waiting = try await world.floor.ledger.outboxEntries(OutboxFilter(entry: claim[0].intent.entry))
    #expect(waiting.map(\.state) == [.sending])
    try await world.end()
  }

  @Test func `a Thing that somebody else's certificate has is not taken over by a rework`() async throws {
    let world = try await Self.floor(IssuerName.stationAuthority)
    let hub = PipelineBench.hub()
    await world.floor.visit(hub)
    _ = try await world.drain()
    let unit = try #require(try await world.owed().first?.unit)
    try await Self.order(world)
    #expect(await world.floor.visit(hub).outcome == .passed)
    let stranger = String(repeating: "e", count: 64)
    try await world.cloud.apply(
      .thingUpdated(
        name: unit.thing,
        attributes: ["serial": unit.serial.text, "model": unit.model, "certId": stranger]))
    _ = try await world.drain()
    let parked = try await world.floor.ledger.outboxEntries(OutboxFilter(state: .parked))
    #expect(parked.map(\.intent.kind) == [.replaceThing] && parked[0].fault?.code == .thingConflict)
    #expect(try await world.floor.record()?.onHold == true)
    let there = await world.cloud.audit().units.first
    #expect(there?.attributes["certId"] == stranger)
    try await world.end()
  }
}
