import CertForge
import Foundation

@testable import Station

/// What every world of the matrix stands on: a CA, an account, and an empty ledger to begin with.
final class PowerCutStage: Sendable {
  let place: String
  let authority: IssuingAuthority
  /// The simulated AWS's own CA; making one takes longer than a world.
  let signer = CloudSigner()
  let account = SimulatedAccount(seed: 1)
  let environment: [String: String]
  let cloud: CloudSettings
  /// The folder of a ledger that was made and closed.
  let template: String

  static let naming = HubNaming(namespace: UUID(uuidString: "6ba7b810-9dad-11d1-80b4-00c04fd430c8")!)
  static let slots = [SlotName("A1")!, SlotName("A2")!]

  init() throws {
    // Memory: this disk forgets by rule, not by chance.
    let base = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
    place = "\(base)/power-cut-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    authority = try DemoBench.authority(in: place)
    let keys = try CloudCredentialFiles.write(account, to: "\(place)/keys")
    environment = [
      "AWS_ACCESS_KEY_ID": account.accessKeyID, "AWS_SECRET_ACCESS_KEY": account.secretAccessKey,
      "AWS_CONFIG_FILE": "/nonexistent",
    ]
    cloud = CloudSettings(
      aws: .init(
        region: account.region, account: account.number, endpoint: "http://127.0.0.1:1",
        dataEndpoint: account.endpoint("iot:Data-ATS"), policyVia: .certificate, policyName: "hub-identity"),
      vendor: .init(
        baseURL: "http://127.0.0.1:1", authentication: .apiKey, apiKey: .file(keys.apiKey),
        organisation: account.organisation,
        user: "user-1"),
      network: .init(noProxy: [], connectTimeout: .seconds(5), requestTimeout: .seconds(10)),
      callsPerSecond: 50, callsPerSecondByKind: [:])
    template = "\(place)/template"
    try FileManager.default.createDirectory(atPath: template, withIntermediateDirectories: true)
    let ledger = try Ledger.open(
      path: "\(template)/ledger.sqlite", station: "A", clock: SystemClock(),
      versions: StationStart(version: "test", settings: "none"))
    try ledger.close()
  }

  deinit { try? FileManager.default.removeItem(atPath: place) }
}
