import Foundation
import Testing

@testable import Station

/// A station whose clock is wrong, towards a cloud that checks signatures by its own.
@Suite("A clock ten minutes off", .timeLimit(.minutes(5)))
struct ClockTroubleTests {
  @Test(arguments: [-600, 600], [IssuerName.aws, IssuerName.stationAuthority])
  func `is corrected by one more call, once for all`(seconds: Int, issuer: String) async throws {
    var options = WholeFloor.Options()
    options.issuer = issuer
    options.clock = HurriedClock(shift: .seconds(seconds))
    let world = try await WholeFloor(options)
    let hubs = WholeFloor.hubs(0..<3)
    for hub in hubs { try await world.finish(hub) }
    try await world.settle()
    try await world.audit(hubs)
    let learned = world.effects.registrar.client.offset.value
    #expect(abs(learned.components.seconds + Int64(seconds)) <= 2)
    // Side by side some calls may go out before the first answer is in; each is made once more, not for ever.
    let audit = await world.cloud.audit()
    let changes = ["CreateThing", "AttachThingPrincipal", "AttachPolicy"]
    let calls = changes.reduce(0) { $0 + audit.calls[$1, default: 0] }
    #expect((hubs.count * changes.count...hubs.count * (changes.count + 1)).contains(calls), "\(audit.calls)")
    try await world.end()
  }

  /// A cloud whose Date does not help: the signature is refused for its time again and again.
  @Test func `that cannot be corrected stops the lane with a clear word`() async throws {
    let skew = LoopbackServer.Answer.aws(
      403, "InvalidSignatureException", "Signature expired: 1 is now earlier than 2",
      ["Date": "Sat, 21 Nov 2020 06:00:00 GMT"])
    let server = try LoopbackServer { _ in skew }
    defer { server.stop() }
    var options = WholeFloor.Options()
    options.issuer = IssuerName.stationAuthority
    options.address = server.url
    let world = try await WholeFloor(options)
    let hub = PipelineBench.hub()
    try await world.finish(hub)
    let left = try await world.drain()
    #expect(left.parked == 0 && left.unsettled == 6)
    let fault = try #require(left.lanes[.aws]?.fault)
    #expect(left.lanes[.aws]?.word == .stopped && fault.code == .clockSkewed)
    #expect(Wording(fault).sentence.contains("clock is wrong"))
    // One call, and one that was corrected.
    #expect(server.requests.count == 2)
    try await world.end()
  }
}
