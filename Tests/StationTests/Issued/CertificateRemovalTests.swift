import Foundation
import Testing

@testable import Station

/// Removing a certificate looks first: it never takes one that somebody uses, whoever that is.
@Suite("Removing certificates", .timeLimit(.minutes(5)))
struct CertificateRemovalTests {
  enum Use: String, CaseIterable, Sendable {
    case active, attached, named, policy
  }

  /// Somebody takes the void certificate into use behind the station's back.
  private static func use(_ certificate: String, _ use: Use, _ world: WholeFloor, thing: String) async throws
  {
    switch use {
    case .active:
      try await world.cloud.apply(
        .certificateSet(id: certificate, status: "ACTIVE", time: Timestamp(Date())))
    case .attached:
      try await world.cloud.apply(.thingCreated(.init(name: "another", id: "1", attributes: [:])))
      try await world.cloud.apply(.principalAttached(thing: "another", certificate: certificate))
    case .named:
      try await world.cloud.apply(
        .thingCreated(.init(name: thing, id: "1", attributes: ["certId": certificate])))
    case .policy:
      try await world.cloud.apply(.policyAttached(policy: "hub-identity", certificate: certificate))
    }
  }

  @Test(arguments: Use.allCases)
  func `one in use is kept, parked, and its unit is on hold`(use: Use) async throws {
    let world = try await WholeFloor()
    let hub = PipelineBench.hub()
    try await world.certifyOnly(hub)
    let spent = try #require(await world.certificates().keys.first)
    #expect(await world.floor.visit(hub).outcome == .passed)
    let unit = try #require(try await world.floor.record()?.hub.text)
    try await Self.use(spent, use, world, thing: unit)
    let left = try await world.drain()
    #expect(left.parked == 1)
    let parked = try await world.floor.ledger.outboxEntries(OutboxFilter(state: .parked))
    #expect(parked.map(\.intent.kind) == [.removeCertificate])
    #expect(parked.first?.fault?.code == .certificateInUse)
    #expect(await world.certificates()[spent] != nil)
    #expect(try await world.floor.record()?.hold != nil)
    #expect(await world.cloud.audit().effects["DeleteCertificate"] == nil)
    try await world.end()
  }

  @Test func `a removal whose answer was lost is done once and settled`() async throws {
    let world = try await WholeFloor()
    let hub = PipelineBench.hub()
    try await world.certifyOnly(hub)
    #expect(await world.floor.visit(hub).outcome == .passed)
    await world.cloud.setFaults(
      CloudFaultPlan(seed: 1, rules: [.init(.droppedAfter, on: .deleteCertificate, times: 1)]))
    let left = try await world.drain()
    #expect(left.unsettled == 0 && left.parked == 0)
    #expect(await world.cloud.audit().effects["DeleteCertificate"] == 1)
    try await world.audit(hub)
    try await world.end()
  }

  @Test func `a certificate that somebody revoked stays revoked`() async throws {
    let world = try await WholeFloor()
    let hub = PipelineBench.hub()
    #expect(await world.floor.visit(hub).outcome == .passed)
    let id = try #require(await world.certificates().keys.first)
    try await world.cloud.apply(.certificateSet(id: id, status: "REVOKED", time: Timestamp(Date())))
    let left = try await world.drain()
    #expect(left.parked == 1)
    #expect(await world.certificates() == [id: "REVOKED"])
    try await world.end()
  }
}
