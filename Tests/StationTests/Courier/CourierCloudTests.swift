import CertForge
import Foundation
import Testing

@testable import Station

/// The real courier, the real ledger on a disk, the real clients, over HTTP to the simulated cloud.
@Suite("The courier and a cloud", .timeLimit(.minutes(2)))
struct CourierCloudTests {
  final class World {
    let root: URL
    let ledger: Ledger
    let cloud: SimulatedCloud
    let files: CloudCredentialFiles
    let effects: CloudEffects
    let authority: IssuingAuthority

    init(_ configuration: SimulatedCloud.Configuration = .init()) async throws {
      root = URL(fileURLWithPath: NSTemporaryDirectory())
        .appendingPathComponent("courier-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
      ledger = try Ledger.open(
        path: root.appendingPathComponent("ledger.sqlite").path, station: "TEST", clock: SystemClock(),
        versions: StationStart(version: "1", settings: "defaults"))
      cloud = try await SimulatedCloud.start(configuration)
      files = try await cloud.writeCredentials(to: root.appendingPathComponent("keys").path)
      let settings = CloudSettings(
        aws: .init(
          region: cloud.account.region, account: cloud.account.number, endpoint: cloud.awsEndpoint,
          policyVia: .certificate, policyName: "hub-identity"),
        vendor: .init(baseURL: cloud.baseURL, authentication: .apiKey, apiKey: .file(files.apiKey)),
        network: .init(noProxy: [], connectTimeout: .seconds(2), requestTimeout: .seconds(5)),
        callsPerSecond: 200, callsPerSecondByKind: [:])
      effects = try CloudEffects(
        settings, store: EndpointStore(get: { _ in nil }, set: { _, _ in }),
        environment: [
          "AWS_SHARED_CREDENTIALS_FILE": files.awsCredentials, "AWS_CONFIG_FILE": files.awsConfig,
        ])
      authority = try IssuingAuthority.create(
        subject: "Test issuing CA", organisation: nil, notBefore: Date(timeIntervalSinceNow: -7_200),
        notAfter: Date(timeIntervalSinceNow: 86_400 * 365),
        keyFile: root.appendingPathComponent("ca.key").path,
        certificateFile: root.appendingPathComponent("ca.pem").path,
        passphrase: try Array("correct horse".utf8).withUnsafeBytes { try Passphrase(copying: $0) })
    }

    func end() async throws {
      await effects.shutdown()
      await cloud.stop()
      try ledger.close()
      try FileManager.default.removeItem(at: root)
    }

    func courier() -> Courier {
      var settings = CourierSettings()
      settings.callsPerSecond = 200
      settings.retry = RetrySchedule(base: .milliseconds(50), cap: .milliseconds(400))
      settings.eagerProbe = RetrySchedule(base: .milliseconds(50), cap: .milliseconds(200))
      settings.versionCheck = .milliseconds(200)
      let effects = effects
      return Courier(journal: ledger, outbox: ledger, effects: effects, settings: settings) {
        await effects.credentialVersion($0)
      }
    }

    func owe(units: Range<Int>) async throws {
      let plan = OutboxPlan(policyVia: .certificate)
      for unit in units {
        let hub = try CourierBench.hub(unit)
        let key = try PrivateKey.generate()
        let request = try key.signingRequest(commonName: hub.text, serialNumber: "S\(unit)")
        let certificate = try authority.issue(
          request, commonName: hub.text, serialNumber: "S\(unit)", now: Date())
        let certified = Evidence.Certified(
          certificate: Data(certificate.der), fingerprint: certificate.fingerprint,
          issuer: IssuerName.stationAuthority, notAfter: Timestamp(certificate.notAfter))
        let effects = plan.registration(
          of: .sample(hub, serial: "S\(unit)", certificate: certificate.fingerprint), certified)
        _ = try await ledger.append(
          AppendRequest(
            effects.enumerated().map { order, effect in
              JournalDraft(
                hub: hub, entry: .owed(OutboxIntent(entry: "\(unit)-\(order)", effect: effect)))
            }))
      }
    }

    func settled() async throws -> Int { try await ledger.outboxCounts()[.settled] ?? 0 }

    /// Everything is there once.
    func audit(units: Int) async throws {
      let audit = await cloud.audit()
      #expect(audit.units.count == units)
      #expect(audit.orphans.isEmpty)
      for unit in audit.units {
        #expect(unit.thingExists && unit.provisioned == 1 && unit.certificates.count == 1)
        #expect(unit.certificates.allSatisfy { $0.status == "ACTIVE" && $0.attached })
        #expect(unit.certificates.allSatisfy { $0.policies == ["hub-identity"] })
      }
      let comparison = try await ledger.compareProjections()
      #expect(comparison.agree)
      #expect(try await ledger.verifyChain().firstBreak == nil)
    }
  }

  @Test func `units are registered and provisioned once`() async throws {
    let world = try await World()
    try await world.owe(units: 0..<8)
    let left = try await world.courier().drainOnce(within: .seconds(60))
    #expect(left.unsettled == 0 && left.parked == 0)
    #expect(try await world.settled() == 48)
    try await world.audit(units: 8)
    try await world.end()
  }

  @Test func `lost answers, throttling, failures and pages all end in one registration`() async throws {
    var configuration = SimulatedCloud.Configuration()
    configuration.faults = CloudFaultPlan(
      seed: 11,
      rules: [
        .init(.droppedAfter, perMille: 150), .init(.droppedBefore, perMille: 50),
        .init(.throttled, on: .createThing, perMille: 200), .init(.failed(status: 503), perMille: 50),
        .init(.truncated, perMille: 50), .init(.page, perMille: 50),
      ])
    let world = try await World(configuration)
    try await world.owe(units: 0..<10)
    let left = try await world.courier().drainOnce(within: .seconds(90))
    #expect(left.unsettled == 0 && left.parked == 0)
    try await world.audit(units: 10)
    // Begun once, settled once, and at most one row for each class of faults.
    for unit in 0..<10 {
      let kinds = try await world.ledger.rows(of: CourierBench.hub(unit)).map(\.kind)
      #expect(kinds.count { $0 == "outbox.sending" } == 6)
      #expect(kinds.count { $0 == "outbox.settled" } == 6)
      #expect(kinds.count { $0 == "outbox.delayed" } <= 6 * 2)
    }
    try await world.end()
  }

  @Test func `offline and back, and a key that is rotated, need no hand`() async throws {
    var configuration = SimulatedCloud.Configuration()
    configuration.startsOffline = true
    let world = try await World(configuration)
    try await world.owe(units: 0..<4)
    let courier = world.courier()
    let run = Task { try await courier.run() }
    while try await courier.status().lanes[.aws]?.word != .offline {
      try await Task.sleep(for: .milliseconds(20))
    }
    try await world.cloud.goOnline()
    while try await world.settled() < 24 { try await Task.sleep(for: .milliseconds(20)) }

    _ = try await world.cloud.rotateKey()
    try await world.owe(units: 4..<8)
    await courier.wake()
    while try await courier.status().lanes[.vendor]?.word != .stopped {
      try await Task.sleep(for: .milliseconds(20))
    }
    let parked = try await courier.status().parked
    #expect(parked == 0)
    _ = try await world.cloud.writeCredentials(to: world.root.appendingPathComponent("keys").path)
    while try await world.settled() < 48 { try await Task.sleep(for: .milliseconds(20)) }
    await courier.stop(within: .seconds(5))
    try await run.value
    try await world.audit(units: 8)
    try await world.end()
  }
}
