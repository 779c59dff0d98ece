import CertForge
import Foundation
import Testing

@testable import Station

/// What the tests beside MiniStack share: the real clients, and real identities.
enum MiniStackBench {
  private static let surroundings = ProcessInfo.processInfo.environment

  static func effects(
    clock: any StationClock = SystemClock(), environment: [String: String] = surroundings,
    policyVia: CloudSettings.AWS.PolicyVia = .certificate, policy: String? = nil
  ) throws -> CloudEffects {
    let endpoint = try #require(surroundings["STATION_MINISTACK_ENDPOINT"])
    var settings = CloudBench.settings(endpoint, key: .file("/nonexistent"))
    settings.aws.region = try #require(surroundings["STATION_MINISTACK_REGION"])
    settings.aws.account = try #require(surroundings["STATION_MINISTACK_ACCOUNT"])
    settings.aws.policyVia = policyVia
    settings.aws.policyName = try #require(policy ?? surroundings["STATION_MINISTACK_POLICY"])
    return try CloudEffects(settings, store: CloudBench.noStore, clock: clock, environment: environment)
  }

  static func using<Value: Sendable>(_ effects: CloudEffects, _ body: (CloudEffects) async throws -> Value)
    async throws
    -> Value
  {
    do {
      let value = try await body(effects)
      await effects.shutdown()
      return value
    } catch {
      await effects.shutdown()
      throw error
    }
  }

  /// A hub's certificate from an authority of the test, and its key as PEM.
  static func identity(_ hub: HubID, serial: String) throws -> (certificate: Certificate, key: Data) {
    let folder = NSTemporaryDirectory() + "station-ministack-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: folder) } }
    let words = Array("a passphrase of the test".utf8)
    let passphrase = try words.withUnsafeBytes { try Passphrase(copying: $0) }
    let authority = try IssuingAuthority.create(
      subject: "Test factory", organisation: nil, notBefore: Date() - 86_400, notAfter: Date() + 86_400 * 900,
      keyFile: "\(folder)/ca.key", certificateFile: "\(folder)/ca.pem", passphrase: passphrase)
    let key = try PrivateKey.generate()
    let request = try key.signingRequest(commonName: hub.text, serialNumber: serial)
    let certificate = try authority.issue(request, commonName: hub.text, serialNumber: serial, now: Date())
    return (certificate, try key.withPEM { Data($0) })
  }

  static func intent(_ kind: EffectKind, _ hub: HubID, _ certificate: Certificate, serial: String)
    -> OutboxIntent
  {
    OutboxIntent(
      entry: "e",
      effect: Effect(
        kind, .sample(hub, serial: serial, certificate: certificate.fingerprint), der: Data(certificate.der)))
  }

  static let kinds: [EffectKind] = [
    .registerCertificate, .createThing, .attachPrincipal, .attachPolicy,
  ]

  static func register(_ effects: CloudEffects, _ hub: HubID, _ certificate: Certificate, serial: String)
    async throws -> [EffectEvidence]
  {
    var all: [EffectEvidence] = []
    for kind in kinds {
      let intent = intent(kind, hub, certificate, serial: serial)
      all.append(try await effects.compare(intent, try await effects.call(intent)))
    }
    return all
  }
}
