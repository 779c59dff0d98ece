import Foundation
import Testing

@testable import Station

/// Every operation meets every fault, over real HTTP, and all comes to one registration of each hub.
///
/// `STATION_FAULT_SEEDS` is how many random worlds are tried beside the table (3 unless it is set), and
/// `STATION_FAULT_SEED` the first one, to see a failing world again.
@Suite("Lost answers and hostile networks", .timeLimit(.minutes(30)))
struct FaultTableTests {
  enum Route: String, CaseIterable, Sendable {
    case ownAuthority, ownAuthorityByGroup, awsIssued

    var operations: [CloudOperation] {
      let common: [CloudOperation] = [
        .createThing, .describeThing, .listThingPrincipals, .attachThingPrincipal, .describeCertificate,
        .provisionHub, .getHubStatus,
      ]
      switch self {
      case .ownAuthority: return common + [.registerCertificate, .attachPolicy]
      case .ownAuthorityByGroup: return common + [.registerCertificate, .addThingToThingGroup]
      case .awsIssued:
        return common + [
          .createCertificate, .updateCertificate, .deleteCertificate, .listPrincipalThings, .attachPolicy,
        ]
      }
    }

    /// Joining a group differs from a policy in one call: the other faults were met on the other routes.
    var faults: [CloudFault] {
      self == .ownAuthorityByGroup ? Array(FaultTableTests.faults.prefix(7)) : FaultTableTests.faults
    }

    func floor(timeout: Duration) async throws -> WholeFloor {
      var options = WholeFloor.Options()
      options.issuer = self == .awsIssued ? IssuerName.aws : IssuerName.stationAuthority
      options.policyVia = self == .ownAuthorityByGroup ? .thingGroup : .certificate
      options.requestTimeout = timeout
      return try await WholeFloor(options)
    }
  }

  static let faults: [CloudFault] = [
    .droppedBefore, .droppedAfter, .throttled, .truncated, .page, .failed(status: 503), .refused,
    .failed(status: 500), .tooMany(retryAfter: nil), .tooMany(retryAfter: 1), .silent(done: false),
    .silent(done: true), .stale, .behind(changes: 3),
  ]

  /// Reads that happen only after an answer was lost are provoked by losing it.
  private static func plan(_ fault: CloudFault, _ operations: [CloudOperation]) -> CloudFaultPlan {
    let struck = operations.filter { $0.isRead || !fault.isAboutReading }
    return CloudFaultPlan(
      seed: 1,
      rules: struck.map { .init(fault, on: $0, times: 1) }
        + operations.filter { !$0.isRead }.map { .init(.droppedAfter, on: $0, times: 1) })
  }

  /// The routes beside each other, each with a cloud and a ledger of its own: most of their time is waiting.
  @Test func `every operation meets every fault, and each hub is registered once`() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for route in Route.allCases { group.addTask { try await meetsEveryFault(route) } }
      try await group.waitForAll()
    }
  }

  private func meetsEveryFault(_ route: Route) async throws {
    let world = try await route.floor(timeout: .milliseconds(500))
    var hubs: [SimulatedHub] = []
    for fault in route.faults {
      let fresh = WholeFloor.hubs(hubs.count..<(hubs.count + 2))
      // One whose certificate is spent before anything of it was delivered: its removal meets the faults too.
      if route == .awsIssued, let first = fresh.first {
        await world.cloud.setFaults(.none)
        try await world.certifyOnly(first)
      }
      let before = await world.cloud.audit().faults
      await world.cloud.setFaults(Self.plan(fault, route.operations))
      for hub in fresh { try await world.finish(hub) }
      try await world.settle("\(route.rawValue), \(fault)")
      hubs += fresh

      let after = await world.cloud.audit().faults
      for operation in route.operations where operation.isRead || !fault.isAboutReading {
        let cell = "\(operation.rawValue) \(fault.name)"
        #expect(
          after[cell, default: 0] > before[cell, default: 0], "\(route.rawValue): \(cell) was never met")
      }
      try await world.audit(hubs, orphans: world.strays(hubs: hubs.count))
    }
    await world.cloud.setFaults(.none)
    if route == .awsIssued {
      #expect(await world.strays(hubs: hubs.count) > 0)
      _ = try await world.sweep(removing: true)
    }
    try await world.audit(hubs)
    try await world.end()
  }

  private static let environment = ProcessInfo.processInfo.environment
  private static let seeds: Range<UInt64> = {
    let first = environment["STATION_FAULT_SEED"].flatMap { UInt64($0) } ?? 1
    return first..<(first + (environment["STATION_FAULT_SEEDS"].flatMap { UInt64($0) } ?? 3))
  }()

  @Test func `whatever the seed strikes, it comes to the same`() async throws {
    for seed in Self.seeds {
      var random = SplitMix(seed: seed, name: "fault table")
      let route = Route.allCases[Int(seed % UInt64(Route.allCases.count))]
      let world = try await route.floor(timeout: .milliseconds(500))
      let hubs = WholeFloor.hubs(0..<6)
      let rules = Self.faults.flatMap { fault in
        route.operations.filter { $0.isRead || !fault.isAboutReading }
          .map { CloudFaultPlan.Rule(fault, on: $0, perMille: Int(random.next() % 40), times: 4) }
      }
      await world.cloud.setFaults(CloudFaultPlan(seed: seed, rules: rules.shuffled(using: &random)))
      for hub in hubs { try await world.finish(hub) }
      try await world.settle("seed \(seed)")
      let strays = await world.strays(hubs: hubs.count)
      try await world.audit(hubs, orphans: strays)
      await world.cloud.setFaults(.none)
      if strays > 0 { _ = try await world.sweep(removing: true) }
      try await world.audit(hubs)
      try await world.end()
      print("faults: seed \(seed) \(route.rawValue) well, \(strays) strays swept")
    }
  }
}

extension CloudFault {
  /// What lags is read; a write is never struck by it.
  var isAboutReading: Bool {
    switch self {
    case .stale, .behind: true
    default: false
    }
  }
}
