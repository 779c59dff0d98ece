import Foundation
import Testing

@testable import Station

/// The way to the cloud is not the cloud's: a stranger's certificate, no TLS, a handshake that never ends, a connection that
/// is cut in place of the answer.
@Suite("TLS trouble", .timeLimit(.minutes(5)))
struct TLSTroubleTests {
  @Test func `every trouble is waited out, and each hub is registered once`() async throws {
    let cloud = try await SimulatedCloud.start()
    let front = try await TLSFront(before: cloud)
    var options = WholeFloor.Options()
    options.issuer = IssuerName.stationAuthority
    options.sharing = cloud
    options.address = front.url
    options.caBundle = front.certificate
    options.requestTimeout = .milliseconds(900)
    let world = try await WholeFloor(options)
    var hubs: [SimulatedHub] = []
    for mode in TLSFront.Mode.allCases where mode != .good {
      try await front.set(mode)
      let fresh = WholeFloor.hubs(hubs.count..<(hubs.count + 2))
      for hub in fresh { try await world.finish(hub) }
      hubs += fresh
      let courier = world.courier()
      let run = Task { try await courier.run() }
      try await eventually("the lane is offline: \(mode)") {
        try await courier.status().lanes[.aws]?.word == .offline
      }
      let status = try await courier.status()
      let code = status.lanes[.aws]?.fault?.code
      switch mode {
      case .stranger, .plain, .alert: #expect(code == .tlsRefused, "\(mode)")
      case .silent: #expect(code == .networkTimeout, "\(mode)")
      // The request was sent: "refused" would say that nothing can have come of it.
      case .cut, .reset, .noise:
        #expect(code == .networkUnreachable, "\(mode) \(String(describing: status.lanes[.aws]?.fault))")
      case .good: break
      }
      #expect(status.parked == 0)
      try await front.set(.good)
      try await eventually("all is settled: \(mode)") {
        try await world.floor.ledger.outboxCounts()[.settled] == hubs.count * 6
      }
      await courier.stop(within: .seconds(5))
      try await run.value
      try await world.audit(hubs)
    }
    try await world.end()
    try front.end()
    await cloud.stop()
  }

  /// A certificate is spent by a lost answer, and by nothing else.
  @Test func `the issuer says what is wrong, and spends a certificate only where the answer was lost`()
    async throws
  {
    let cloud = try await SimulatedCloud.start()
    let front = try await TLSFront(before: cloud)
    var options = WholeFloor.Options()
    options.sharing = cloud
    options.address = front.url
    options.caBundle = front.certificate
    options.requestTimeout = .milliseconds(900)
    let world = try await WholeFloor(options)
    let hub = PipelineBench.hub()
    for mode in TLSFront.Mode.allCases where mode != .good {
      let before = await world.certificates().count
      try await front.set(mode)
      let fault = try #require(await world.floor.visit(hub).fault)
      #expect(fault.code == .issuerUnavailable && fault.values["waitsFor"] == "network", "\(mode)")
      #expect(await world.certificates().count == before + (mode.comesAfterEffect ? 1 : 0), "\(mode)")
    }
    try await front.set(.good)
    try await world.finish(hub)
    try await world.settle()
    try await world.audit(hub, orphans: 3)
    _ = try await world.sweep(removing: true)
    try await world.audit(hub)
    try await world.end()
    try front.end()
    await cloud.stop()
  }
}
