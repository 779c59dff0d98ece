import CertForge
import Foundation
import Testing

@testable import Station

/// `station aws sweep` meets every fault at every one of its calls: what it was to remove goes once, and nothing else.
@Suite("A sweep on a hostile network", .timeLimit(.minutes(5)))
struct SweepFaultTests {
  private static let operations: [CloudOperation] = [
    .listCertificates, .describeCertificate, .listAttachedPolicies, .describeThing, .listPrincipalThings,
    .deleteCertificate,
  ]

  @Test func `what was lost is removed once, whatever becomes of the calls`() async throws {
    var options = WholeFloor.Options()
    options.requestTimeout = .milliseconds(500)
    let world = try await WholeFloor(options)
    let (hub, other) = (WholeFloor.hubs(0..<2)[0], WholeFloor.hubs(0..<2)[1])
    // Another unit's certificate, INACTIVE and bare until the courier comes to it.
    try await world.finish(other)
    let needed = try #require(try PipelineBench.certificate(on: other)).fingerprint
    var met = 0
    for fault in FaultTableTests.faults {
      await world.cloud.setFaults(
        CloudFaultPlan(seed: 1, rules: [.init(.droppedAfter, on: .createCertificate, times: 1)]))
      #expect(await world.floor.visit(hub).fault?.code == .issuerUnavailable)
      let before = await world.cloud.audit().faults
      // A list that lags lacks entries; it is never "not there".
      let struck = Self.operations.filter {
        $0.isRead ? fault != .stale || $0 != .listCertificates : !fault.isAboutReading
      }
      await world.cloud.setFaults(
        CloudFaultPlan(seed: 1, rules: struck.map { .init(fault, on: $0, times: 1) }))
      // Only refused keys end a sweep; then the next one goes on.
      for _ in struck {
        do throws(Fault) { _ = try await Self.sweep(world) } catch {
          #expect(error.code == .credentialsRefused, "\(fault.name): \(error)")
        }
      }
      let after = await world.cloud.audit().faults
      for operation in struck {
        let cell = "\(operation.rawValue) \(fault.name)"
        #expect(after[cell, default: 0] > before[cell, default: 0], "\(cell) was never met")
        met += 1
      }
      await world.cloud.setFaults(.none)
      _ = try await Self.sweep(world)
      // All that were ever made, but the one that is needed; each once.
      let effects = await world.cloud.audit().effects
      #expect(
        effects["DeleteCertificate"] == effects["CreateCertificateFromCsr", default: 0] - 1, "\(fault.name)")
      #expect(await world.certificates() == [needed: "INACTIVE"], "\(fault.name)")
    }
    print("sweeps: \(met) faults met")
    try await world.finish(hub)
    // On a machine that is too slow for the calls' time an answer may be lost by itself.
    _ = try await Self.sweep(world)
    try await world.settle()
    try await world.audit([hub, other])
    try await world.end()
  }

  private static func sweep(_ world: WholeFloor) async throws(Fault) -> OrphanSweep.Report {
    do { return try await world.sweep(removing: true) } catch {
      throw error as? Fault ?? Fault(.requestRefused, ["cause": "\(error)"])
    }
  }
}
