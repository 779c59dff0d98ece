import CertForge
import Foundation
import SerialFlasher
import Testing

@testable import Station

/// A station that dies, on a hub that keeps its power.
@Suite("Recovery of a delivery")
struct RecoveryTests {
  /// Passes everything on, until the station dies right behind the rename that makes the identity live.
  private final class DyingDriver: HubDriver {
    let real: InProcessHub

    init(_ real: InProcessHub) { self.real = real }

    func activateStaged() async throws(HubError) {
      real.hub.set(SimulatedHubFaults(ignoresSync: true))
      try await real.activateStaged()
      throw .line(.closed(device: "died"))
    }

    func begin() async throws(HubError) { try await real.begin() }
    func identify() async throws(HubError) -> HubFacts { try await real.identify() }
    func stagedKeyRequest(commonName: String, serialNumber: String) async throws(HubError) -> String {
      try await real.stagedKeyRequest(commonName: commonName, serialNumber: serialNumber)
    }
    func discardStaged(includingKey: Bool) async throws(HubError) {
      try await real.discardStaged(includingKey: includingKey)
    }
    func stage(_ files: [HubFile], progress: @Sendable (Int, Int) -> Void) async throws(HubError) {
      try await real.stage(files, progress: progress)
    }
    func digests(of paths: [String]) async throws(HubError) -> [String: String] {
      try await real.digests(of: paths)
    }
    func prove(_ message: [UInt8]) async throws(HubError) -> [UInt8] { try await real.prove(message) }
    func check(_ name: String) async throws(HubError) -> String { try await real.check(name) }
    func setNetwork(_ network: HubNetwork) async throws(HubError) { try await real.setNetwork(network) }
    func finish() async throws(HubError) { try await real.finish() }
  }

  private func run(_ driver: any HubDriver, on floor: PipelineBench) async -> Conclusion {
    let now = floor.bench.clock.now()
    return await floor.runner.run(
      Visit(
        slot: PipelineBench.slot, device: "simulated", driver: driver, actor: "tester",
        attempt: AttemptID(time: now, random: floor.bench.randomness.bytes(10)), opened: now,
        progress: { _, _ in }))
  }

  @Test(arguments: KeyOrigin.allCases)
  func `an identity that is found live is synced before it counts as delivered`(key: KeyOrigin) async throws {
    let floor = try await PipelineBench(key: key)
    let hub = PipelineBench.hub()
    let plug = hub.plug()
    #expect(await run(DyingDriver(InProcessHub(hub: hub, plug: plug)), on: floor).outcome != .passed)
    hub.set(SimulatedHubFaults())
    #expect(hub.live("certificate.pem") != nil, "the rename was done")
    #expect(await run(InProcessHub(hub: hub, plug: plug), on: floor).outcome == .passed)
    let delivered = try await floor.entries().compactMap { entry -> Bool? in
      if case .done(.delivered(let evidence)) = entry { evidence.found } else { nil }
    }
    #expect(delivered == [true], "the second visit found what the first had delivered")
    hub.unplug()
    let held = try #require(try PipelineBench.certificate(on: hub), "the plug took the identity")
    #expect(try await floor.record()?.passed?.certificate == held.fingerprint)
  }
}
