import CertForge
import Foundation

@testable import Station

/// A runner on a real ledger and a real issuing CA, with a hub that can be pulled at any point.
final class PipelineBench: Sendable {
  let folder: URL
  let ledger: Ledger
  let authority: IssuingAuthority
  let bench: Bench
  let runner: Runner

  static let slot = SlotName("A1")!
  static let otherSlot = SlotName("A2")!

  static func model(key: KeyOrigin = .station) -> HubModel {
    var model = DemoBench.model
    model.key = key
    return model
  }

  init(
    key: KeyOrigin = .station, hubID: HubIDOrigin = .derived, checks: [CheckDefinition] = [],
    clock: any StationClock = SystemClock(),
    authority shared: IssuingAuthority? = nil, issuer: (any Issuer)? = nil,
    policyVia: CloudSettings.AWS.PolicyVia = .certificate, lastRowTime: Timestamp? = nil,
    workOrders: Bool = false, network: WirelessSettings? = nil
  ) async throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "pipeline-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    authority = try shared ?? Self.makeAuthority(in: folder)
    let ledger = try Ledger.open(
      path: folder.appending(path: "ledger.sqlite").path(), station: "test", clock: clock,
      versions: StationStart(version: "test", settings: "none"))
    self.ledger = ledger
    var model = Self.model(key: key)
    model.checks = checks
    model.hubID = hubID
    var bench = Bench(
      clock: clock, randomness: SystemRandomness(), models: [model],
      issuer: issuer ?? StationAuthority(authority, notAfter: Timestamp(IssuingAuthority.usualEnd)),
      trustedAuthorities: [authority.certificate], trustRoots: "roots\n",
      hubNaming: HubNaming(namespace: UUID(uuidString: "6ba7b810-9dad-11d1-80b4-00c04fd430c8")!),
      outbox: OutboxPlan(policyVia: policyVia),
      endpoints: { () async throws(Fault) in
        Bench.Endpoints(
          region: "eu-central-1", data: "data.example", credential: "credential.example", roleAlias: "")
      },
      lastRowTime: { lastRowTime ?? ledger.lastTime })
    if workOrders {
      bench.workOrders = { (hub, id, slot) async throws(Fault) in
        try await ledger.batchStanding(of: hub, as: id, on: slot)
      }
    }
    if let network {
      let reader = WirelessNetwork(network, clock: clock)
      bench.models[0].network = network.name
      bench.network = { (_) async throws(Fault) in try await reader.open() }
    }
    self.bench = bench
    runner = Runner(journal: ledger, bench: bench)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  static func makeAuthority(in folder: URL) throws -> IssuingAuthority {
    let file = folder.appending(path: "passphrase").path()
    _ = FileManager.default.createFile(
      atPath: file, contents: Data("correct horse battery".utf8), attributes: [.posixPermissions: 0o600])
    return try IssuingAuthority.create(
      subject: "Test CA", organisation: nil, notBefore: Date().addingTimeInterval(-7200),
      notAfter: IssuingAuthority.usualEnd, keyFile: folder.appending(path: "ca.key").path(),
      certificateFile: folder.appending(path: "ca.pem").path(), passphrase: try Passphrase(file: file))
  }

  static func hub(_ serial: String = "SPK00000001", mac: String = "02:00:5e:00:00:01") -> SimulatedHub {
    SimulatedHub(SimulatedHub.Nature(serial: serial, mac: mac))
  }

  /// Plugs the hub in, runs it, and pulls it.
  @discardableResult
  func visit(_ hub: SimulatedHub, slot: SlotName = slot, by other: Runner? = nil) async -> Conclusion {
    let plug = hub.plug()
    let now = bench.clock.now()
    let visit = Visit(
      slot: slot, device: hub.name, driver: InProcessHub(hub: hub, plug: plug), actor: "tester",
      attempt: AttemptID(time: now, random: bench.randomness.bytes(10)), opened: now, progress: { _, _ in })
    let conclusion = await (other ?? runner).run(visit)
    hub.unplug()
    return conclusion
  }

  func record(_ serial: String = "SPK00000001") async throws -> UnitRecord? {
    try await ledger.units(matching: serial).first
  }

  /// What the hub holds in storage that survives a pulled plug.
  static func certificate(on hub: SimulatedHub) throws -> Certificate? {
    try hub.live("certificate.pem").map { try Certificate(pem: String(decoding: $0, as: UTF8.self)) }
  }

  func entries(of serial: String = "SPK00000001") async throws -> [JournalEntry] {
    guard let hub = try await record(serial)?.hub else { return [] }
    return try await ledger.rows(of: hub).map { try $0.entry() }
  }
}
