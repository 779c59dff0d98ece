import CertForge
import Foundation

/// What a demo stands on: an issuing CA, the settings of a station that is pointed at a simulated cloud, and hubs.
struct DemoBench: Sendable {
  let settings: StationSettings
  let cloud: SimulatedCloud
  /// For the station's client: where the simulated account's keys lie.
  let environment: [String: String]
  let hubs: [any PluggableHub]
  let slots: [SlotName]

  static let model = HubModel(
    id: "HUB-2", reportedNames: [], vendorName: "ExampleHome",
    serialRule: SerialRule(pattern: "SPK[0-9]{8}"), macRequired: true, key: .station, profile: "linux-shell",
    baud: 115_200, layout: .plain, identityFolder: "/var/lib/hub/identity", checks: [])

  /// - Parameter folder: everything of the demo lives below it, but a ledger that was named.
  static func make(_ plan: DemoPlan, folder: String) async throws -> DemoBench {
    let cloud = try await SimulatedCloud.start(
      SimulatedCloud.Configuration(seed: plan.seed, startsOffline: plan.offline > .zero))
    let keys = try await cloud.writeCredentials(to: "\(folder)/keys")
    let issuer: IssuerSettings = plan.isIssuedByAWS ? .aws : try issuer(in: folder)
    let slots = (1...plan.hubs).compactMap { SlotName("A\($0)") }
    let account = cloud.account
    let settings = StationSettings(
      station: "demo", ledger: plan.ledger ?? "\(folder)/ledger.sqlite",
      hubNamespace: try namespace(), slots: slots.map { SlotSettings(name: $0, presence: .usb) },
      models: [model],
      profiles: [.shipped], issuer: issuer, trustedAuthorities: [], trustRoots: .amazon,
      cloud: CloudSettings(
        aws: CloudSettings.AWS(
          region: account.region, account: account.number, endpoint: cloud.awsEndpoint,
          dataEndpoint: account.endpoint("iot:Data-ATS"),
          credentialEndpoint: account.endpoint("iot:CredentialProvider"), policyVia: .certificate,
          policyName: "hub-identity"),
        vendor: CloudSettings.Vendor(
          baseURL: cloud.baseURL, authentication: .apiKey, apiKey: .file(keys.apiKey)),
        network: CloudSettings.Network(
          noProxy: ["127.0.0.1"], connectTimeout: .seconds(5), requestTimeout: .seconds(10)),
        callsPerSecond: 50, callsPerSecondByKind: [:]),
      record: .folder(try recordFolder(in: folder)), backup: nil, log: .usual,
      origin: SettingsOrigin(file: "the demo", digest: "defaults"))
    let population = HubPopulation(count: plan.units, seed: plan.seed, shellsPerHundred: 100)
    let hubs = try await population.hubs(in: "\(folder)/hubs", seed: plan.seed)
    return DemoBench(
      settings: settings, cloud: cloud,
      environment: ["AWS_SHARED_CREDENTIALS_FILE": keys.awsCredentials, "AWS_CONFIG_FILE": keys.awsConfig],
      hubs: hubs, slots: slots)
  }

  static func namespace() throws -> UUID {
    guard let namespace = UUID(uuidString: "6ba7b810-9dad-11d1-80b4-00c04fd430c8") else {
      throw Fault(.settingsInvalid, ["key": "hub-namespace"])
    }
    return namespace
  }

  private static func recordFolder(in folder: String) throws -> String {
    let path = "\(folder)/record"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  /// A CA of the demo's own; its passphrase is random and lies beside it, closed to others.
  static func authority(in folder: String) throws -> IssuingAuthority {
    let place = "\(folder)/ca"
    try FileManager.default.createDirectory(
      atPath: place, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let word = Hexadecimal.encode(try SecureRandom.bytes(16))
    guard
      FileManager.default.createFile(
        atPath: "\(place)/passphrase", contents: Data("\(word)\n".utf8),
        attributes: [.posixPermissions: 0o600])
    else { throw Fault(.settingsInvalid, ["key": "issuer.passphrase", "value": "\(place)/passphrase"]) }
    return try IssuingAuthority.create(
      subject: "Station demo CA", organisation: "Demo", notBefore: Date().addingTimeInterval(-3600),
      notAfter: IssuingAuthority.usualEnd, keyFile: "\(place)/ca.key", certificateFile: "\(place)/ca.pem",
      passphrase: try Passphrase(file: "\(place)/passphrase"))
  }

  private static func issuer(in folder: String) throws -> IssuerSettings {
    _ = try authority(in: folder)
    return .authority(
      AuthoritySettings(
        certificate: "\(folder)/ca/ca.pem", key: "file:\(folder)/ca/ca.key",
        passphrase: .file("\(folder)/ca/passphrase"), notAfter: Timestamp(IssuingAuthority.usualEnd)))
  }
}
