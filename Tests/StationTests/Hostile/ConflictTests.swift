import CertForge
import Foundation
import Testing

@testable import Station

/// Somebody else was there first: nothing of theirs is overwritten, and a person is asked.
@Suite("Conflicts in the cloud", .timeLimit(.minutes(5)))
struct ConflictTests {
  static let issuers = [IssuerName.stationAuthority, IssuerName.aws]

  private func floor(_ issuer: String, sharing: SimulatedCloud? = nil) async throws -> WholeFloor {
    var options = WholeFloor.Options()
    options.issuer = issuer
    options.sharing = sharing
    return try await WholeFloor(options)
  }

  /// The unit is on hold for `code`, its entry of `kind` is parked, and what came after it was not sent.
  private func expectHold(_ code: FaultCode, at kind: EffectKind, _ world: WholeFloor) async throws {
    let left = try await world.drain()
    #expect(left.parked == 1)
    let parked = try await world.floor.ledger.outboxEntries(OutboxFilter(state: .parked))
    #expect(parked.map(\.intent.kind) == [kind] && parked.map { $0.fault?.code } == [code])
    let record = try #require(try await world.floor.record())
    #expect(record.hold?.code == code && record.registration == .attention)
    let all = try await world.floor.ledger.outboxEntries(OutboxFilter())
    let place = try #require(all.firstIndex { $0.state == .parked })
    #expect(all.count == 6 && all.dropFirst(place + 1).allSatisfy { $0.state == .owed })
    #expect(try await world.floor.ledger.compareProjections().agree)
  }

  @Test(arguments: issuers)
  func `one serial on two stations at once has one winner`(issuer: String) async throws {
    let here = try await floor(issuer)
    let there = try await floor(issuer, sharing: here.cloud)
    let hub = PipelineBench.hub()
    let twin = PipelineBench.hub(mac: "02:00:5e:00:00:02")
    async let first = here.floor.visit(hub)
    async let second = there.floor.visit(twin)
    #expect(await [first.outcome, second.outcome] == [.passed, .passed])
    async let drainedHere = here.drain()
    async let drainedThere = there.drain()
    let parked = try await [drainedHere.parked, drainedThere.parked]
    #expect(parked.sorted() == [0, 1])
    let hereWon = parked[0] == 0
    let (winner, loser) = hereWon ? (here, there) : (there, here)
    try await expectHold(.thingConflict, at: .createThing, loser)
    // The winner's is the one that is registered; of the loser's nothing is ACTIVE.
    let held = try #require(try PipelineBench.certificate(on: hereWon ? hub : twin))
    let unit = try #require(await here.cloud.audit().units.first)
    #expect(unit.attributes["certId"] == held.fingerprint && unit.provisioned == 1)
    #expect(unit.certificates.filter { $0.status == "ACTIVE" }.map(\.id) == [held.fingerprint])
    #expect(unit.certificates.filter(\.attached).map(\.id) == [held.fingerprint])
    #expect(await here.cloud.audit().orphans.isEmpty)
    #expect(try await winner.floor.record()?.registration == .registered)
    try await there.end()
    try await here.end()
  }

  @Test(arguments: issuers)
  func `a Thing with another certificate is left as it is`(issuer: String) async throws {
    let world = try await floor(issuer)
    try await world.finish(PipelineBench.hub())
    let name = try #require(try await world.floor.record()).hub.text
    let attributes = ["serial": "SPK00000001", "model": "HUB-2", "certId": String(repeating: "a", count: 64)]
    try await world.cloud.apply(.thingCreated(.init(name: name, id: "1", attributes: attributes)))
    try await expectHold(.thingConflict, at: .createThing, world)
    let unit = try #require(await world.cloud.audit().units.first)
    #expect(unit.attributes == attributes && unit.certificates.allSatisfy { !$0.attached })
    #expect(unit.certificates.allSatisfy { $0.status != "ACTIVE" } && unit.provisioned == nil)
    try await world.end()
  }

  @Test(arguments: issuers)
  func `a Thing that another certificate is attached to gets no second one`(issuer: String) async throws {
    let world = try await floor(issuer)
    let other = try await floor(IssuerName.aws, sharing: world.cloud)
    try await other.finish(PipelineBench.hub("SPK00000099", mac: "02:00:5e:00:00:99"))
    let strange = try #require(await world.certificates().keys.first)
    try await world.finish(PipelineBench.hub())
    let name = try #require(try await world.floor.record()).hub.text
    // The Thing is ours to the letter; somebody attached something else to it by hand.
    let certificate = try #require(try await world.floor.record()?.passed?.certificate)
    let attributes = ["serial": "SPK00000001", "model": "HUB-2", "certId": certificate]
    try await world.cloud.apply(.thingCreated(.init(name: name, id: "1", attributes: attributes)))
    try await world.cloud.apply(.principalAttached(thing: name, certificate: strange))
    try await expectHold(.principalConflict, at: .attachPrincipal, world)
    let unit = try #require(await world.cloud.audit().units.first { $0.name == name })
    #expect(unit.certificates.filter(\.attached).map(\.id) == [strange])
    try await other.end()
    try await world.end()
  }

  @Test(arguments: ["Suspended", "Decommissioned", "other serial"])
  func `a hub that the vendor has otherwise is not provisioned over`(state: String) async throws {
    let world = try await floor(IssuerName.stationAuthority)
    try await world.finish(PipelineBench.hub())
    let name = try #require(try await world.floor.record()).hub.text
    let there = CloudState.ProvisionedHub(
      id: name, serial: state == "other serial" ? "SPK00000777" : "SPK00000001", model: "HUB-2",
      thingName: name, provisionedAt: Timestamp(Date()),
      status: state == "other serial" ? "Provisioned" : state)
    try await world.cloud.apply(.hubProvisioned(there))
    try await expectHold(state == "other serial" ? .hubConflict : .hubSuspended, at: .provisionHub, world)
    let unit = try #require(await world.cloud.audit().units.first)
    #expect(unit.serial == there.serial && unit.status == there.status && unit.provisioned == 1)
    try await world.end()
  }
}
