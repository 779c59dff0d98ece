import Foundation

/// Everything that the station says to a cloud, made from the settings: one value for the courier, for the line that
/// needs endpoints, and for `doctor`.
struct CloudEffects: CloudEffect {
  let settings: CloudSettings
  let registrar: AWSRegistrar
  let vendor: SPKeyClient
  let commander: HubCommander
  let directory: EndpointDirectory
  let credentials: CredentialChain
  /// How calls are made; the record's HTTPS sink goes the same way, with the same proxy and CAs.
  let exchange: any HTTPExchange
  private let owned: AsyncHTTPExchange?

  /// - Parameters:
  ///   - exchange: nil: a client of its own by `settings.network`, which `shutdown()` ends.
  ///   - store: keeps the endpoints for offline work.
  /// - Throws: `settings-invalid` with key and value.
  init(
    _ settings: CloudSettings, store: EndpointStore, clock: any StationClock = SystemClock(),
    environment: [String: String] = ProcessInfo.processInfo.environment, exchange: (any HTTPExchange)? = nil
  ) throws(Fault) {
    let names = AWSNames(region: settings.aws.region, account: settings.aws.account)
    let control = settings.aws.endpoint ?? names.controlEndpoint
    guard let awsOrigin = HTTPOrigin(control) else {
      throw Fault(.settingsInvalid, ["key": "cloud.aws.endpoint", "value": control])
    }
    guard let vendorOrigin = HTTPOrigin(settings.vendor.baseURL) else {
      throw Fault(.settingsInvalid, ["key": "cloud.vendor.base-url", "value": settings.vendor.baseURL])
    }
    let wanted = settings.vendor.authentication
    let apiKey = wanted == .bearer ? nil : settings.vendor.apiKey
    let bearer = wanted == .apiKey ? nil : settings.vendor.bearer
    guard wanted == .bearer || apiKey != nil else {
      throw Fault(.settingsInvalid, ["key": "cloud.vendor.api-key", "value": "none"])
    }
    guard wanted == .apiKey || bearer != nil else {
      throw Fault(.settingsInvalid, ["key": "cloud.vendor.bearer", "value": "none"])
    }

    let used: any HTTPExchange
    if let exchange {
      owned = nil
      used = exchange
    } else {
      let made = try AsyncHTTPExchange(settings.network)
      owned = made
      used = made
    }
    self.settings = settings
    self.exchange = used
    credentials = CredentialChain(profile: settings.aws.profile, environment: environment, clock: clock)
    let client = AWSIoTClient(
      origin: awsOrigin, names: names, exchange: used, credentials: credentials, clock: clock,
      offset: ClockOffset())
    registrar = AWSRegistrar(
      client: client, thingType: settings.aws.thingType, policyName: settings.aws.policyName)
    directory = EndpointDirectory(aws: settings.aws, store: store, client: client)
    vendor = SPKeyClient(
      origin: vendorOrigin, exchange: used,
      apiKey: apiKey.map { SecretReader($0, label: "api-key", clock: clock) },
      bearer: bearer.map { SecretReader($0, label: "bearer", clock: clock) },
      organisation: settings.vendor.organisation, clock: clock,
      patience: ReadPatience(clock: clock))
    let (directory, override) = (directory, settings.aws.endpoint == nil ? nil : awsOrigin)
    commander = HubCommander(
      vendor: vendor,
      shadow: ShadowReader(
        client: client,
        origin: { () async throws(Fault) in
          if let override { return override }
          let host = try await directory.dataEndpoint()
          guard let origin = HTTPOrigin("https://\(host)") else {
            throw Fault(.endpointUnknown, ["key": "cloud.aws.data-endpoint", "value": host])
          }
          return origin
        }, name: settings.shadow.name, path: settings.shadow.path),
      networks: Dictionary(
        settings.networks.map { ($0.name, WirelessNetwork($0, clock: clock)) },
        uniquingKeysWith: { first, _ in first }), clock: clock)
  }

  func probe(_ intent: OutboxIntent) async throws(Fault) -> EffectEvidence? {
    try await effect(for: intent.kind.lane).probe(intent)
  }

  func call(_ intent: OutboxIntent) async throws(Fault) -> EffectEvidence {
    try await effect(for: intent.kind.lane).call(intent)
  }

  func compare(_ intent: OutboxIntent, _ answer: EffectEvidence) async throws(Fault) -> EffectEvidence {
    try await effect(for: intent.kind.lane).compare(intent, answer)
  }

  /// A word that changes when the lane's credentials do: a lane that stopped on refused credentials goes on then.
  func credentialVersion(_ lane: Lane) async -> String {
    switch lane {
    case .aws, .awsRework: return await credentials.version()
    case .vendor: return await vendorVersion()
    case .hubs:
      let aws = await credentials.version()
      return "\(aws) \(await vendorVersion())"
    }
  }

  private func vendorVersion() async -> String {
    let key = await vendor.apiKey?.version() ?? "none"
    let bearer = await vendor.bearer?.version() ?? "none"
    return "\(key) \(bearer)"
  }

  /// The addresses for the hub's files; from the network only the first time.
  func endpoints() async throws(Fault) -> HubEndpoints { try await directory.endpoints() }

  /// Must have been called before the last copy of this value goes. Calls on their way end with a fault.
  func shutdown() async { await owned?.shutdown() }

  private func effect(for lane: Lane) -> any CloudEffect {
    switch lane {
    case .aws, .awsRework: registrar
    case .vendor: vendor
    case .hubs: commander
    }
  }
}
