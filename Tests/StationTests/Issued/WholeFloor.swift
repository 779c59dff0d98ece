import CertForge
import Foundation
import Synchronization
import Testing

@testable import Station

/// A runner and a courier on one real ledger, over HTTP to a simulated cloud; AWS signs the certificates, or the own CA.
final class WholeFloor: Sendable {
  struct Options {
    var key = KeyOrigin.station
    var issuer = IssuerName.aws
    var policyVia = CloudSettings.AWS.PolicyVia.certificate
    var cloud = SimulatedCloud.Configuration()
    /// Another floor's cloud, instead of one of its own.
    var sharing: SimulatedCloud?
    var requestTimeout = Duration.seconds(5)
    var clock: any StationClock = SystemClock()
    /// Where both clouds are reached, if not at the simulated one itself.
    var address: String?
    var caBundle: String?
    /// Instead of the files that the cloud writes.
    var environment: [String: String]?
  }

  let folder: String
  let cloud: SimulatedCloud
  let effects: CloudEffects
  let floor: PipelineBench
  let clock: any StationClock
  private let ownsCloud: Bool
  private let ended = Atomic<Bool>(false)

  init(_ options: Options = Options()) async throws {
    folder = NSTemporaryDirectory() + "floor-\(UUID().uuidString)"
    ownsCloud = options.sharing == nil
    clock = options.clock
    if let other = options.sharing {
      cloud = other
    } else {
      cloud = try await SimulatedCloud.start(options.cloud)
    }
    let files = try await cloud.writeCredentials(to: "\(folder)/keys")
    let address = options.address ?? cloud.baseURL
    effects = try CloudEffects(
      CloudSettings(
        aws: .init(
          region: cloud.account.region, account: cloud.account.number, endpoint: address,
          policyVia: options.policyVia,
          policyName: options.policyVia == .certificate ? "hub-identity" : "hubs"),
        vendor: .init(
          baseURL: address, authentication: .apiKey, apiKey: .file(files.apiKey),
          organisation: cloud.account.organisation),
        network: .init(
          noProxy: [], caBundle: options.caBundle, connectTimeout: .seconds(2),
          requestTimeout: options.requestTimeout),
        callsPerSecond: 200, callsPerSecondByKind: [:]),
      store: CloudBench.noStore, clock: options.clock,
      environment: options.environment ?? [
        "AWS_SHARED_CREDENTIALS_FILE": files.awsCredentials, "AWS_CONFIG_FILE": files.awsConfig,
      ])
    var issuer = AWSIssuer(
      client: effects.registrar.client, clock: SystemClock(), randomness: SystemRandomness())
    issuer.schedule = RetrySchedule(base: .milliseconds(10), cap: .milliseconds(50))
    floor = try await PipelineBench(
      key: options.key, authority: try Self.spare.get(),
      issuer: options.issuer == IssuerName.aws ? issuer : nil,
      policyVia: options.policyVia)
  }

  convenience init(key: KeyOrigin = .station, sharing other: SimulatedCloud? = nil) async throws {
    var options = Options()
    options.key = key
    options.sharing = other
    try await self.init(options)
  }

  /// Making a CA takes a second on purpose; these tests need none, and share one.
  private static let spare = Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "floor-ca-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try PipelineBench.makeAuthority(in: folder)
  }

  /// A test that fails on the way does not come to `end`; the client must be shut down all the same, or it stops the
  /// whole run.
  deinit {
    guard !ended.load(ordering: .acquiring) else { return }
    let (effects, cloud, ownsCloud) = (effects, cloud, ownsCloud)
    Task {
      await effects.shutdown()
      if ownsCloud { await cloud.stop() }
    }
  }

  func end() async throws {
    ended.store(true, ordering: .releasing)
    await effects.shutdown()
    if ownsCloud { await cloud.stop() }
    try FileManager.default.removeItem(atPath: folder)
  }

  func courier() -> Courier {
    var settings = CourierSettings()
    settings.callsPerSecond = 200
    settings.retry = RetrySchedule(base: .milliseconds(20), cap: .milliseconds(200))
    settings.eagerProbe = RetrySchedule(base: .milliseconds(50), cap: .milliseconds(200))
    settings.versionCheck = .milliseconds(200)
    settings.stoppedProbe = .milliseconds(500)
    let effects = effects
    return Courier(
      journal: floor.ledger, outbox: floor.ledger, effects: effects, clock: clock, settings: settings
    ) { await effects.credentialVersion($0) }
  }

  /// Until nothing moves: what is left then.
  func drain() async throws -> CourierStatus { try await courier().drainOnce(within: .seconds(60)) }

  /// Hours later, because nothing young is touched.
  func sweep(removing: Bool, later: Duration = .seconds(7_200)) async throws -> OrphanSweep.Report {
    let register = try await IssuedRegister(floor.ledger) { _ in }
    var sweep = OrphanSweep(
      registrar: effects.registrar, register: register,
      clock: CloudTestClock(Timestamp(Date()).advanced(by: later), nap: .milliseconds(1)))
    sweep.callsPerSecond = 1_000
    return try await sweep.run(removing: removing)
  }

  func owed() async throws -> [OutboxIntent] {
    try await floor.entries().compactMap { if case .owed(let intent) = $0 { intent } else { nil } }
  }

  /// Every certificate of the account: id -> status.
  func certificates() async -> [String: String] {
    let audit = await cloud.audit()
    let all = audit.units.flatMap(\.certificates) + audit.orphans
    return Dictionary(all.map { ($0.id, $0.status) }, uniquingKeysWith: { first, _ in first })
  }

  /// Of each hub: one Thing, one ACTIVE certificate, and it is the one in the hub's storage; one attachment, one policy;
  /// provisioned once. Nothing is parked or on hold; projections are as rebuilt; the chain holds.
  ///
  /// - Parameter orphans: certificates beside these, INACTIVE and bare.
  func audit(_ hubs: SimulatedHub..., orphans: Int = 0) async throws {
    try await audit(hubs, orphans: orphans)
  }

  func audit(_ hubs: [SimulatedHub], orphans: Int = 0) async throws {
    let audit = await cloud.audit()
    #expect(audit.units.count == hubs.count)
    var others = audit.orphans
    for hub in hubs {
      let held = try #require(try PipelineBench.certificate(on: hub))
      let unit = try #require(audit.units.first { $0.name == held.commonName })
      #expect(unit.thingExists && unit.provisioned == 1)
      let active = unit.certificates.filter { $0.status == "ACTIVE" }
      #expect(active.map(\.id) == [held.fingerprint])
      #expect(
        active.allSatisfy { $0.attached && ($0.policies == ["hub-identity"]) != (unit.groups == ["hubs"]) })
      others += unit.certificates.filter { $0.status != "ACTIVE" }
      let serial = hub.examine { $0.nature.serial }
      #expect(try await floor.record(serial)?.passed?.certificate == held.fingerprint)
    }
    #expect(others.count == orphans && others.allSatisfy { !$0.attached && $0.policies.isEmpty })
    #expect(others.allSatisfy { $0.status == "INACTIVE" })
    let counts = try await floor.ledger.outboxCounts()
    #expect(counts[.parked] == nil && counts[.owed] == nil && counts[.sending] == nil, "\(counts)")
    #expect(try await floor.ledger.units(UnitFilter(onHold: true)).isEmpty)
    #expect(try await floor.ledger.compareProjections().agree)
    #expect(try await floor.ledger.verifyChain().firstBreak == nil)
  }
}
