import Foundation
import Logging

/// The vendor's cloud and AWS IoT on one port of 127.0.0.1, by their published contracts: what they refuse is refused.
///
/// For the demo, for training and for tests. Both sides are reached under `baseURL`; their paths do not meet.
actor SimulatedCloud {
  struct Configuration: Sendable {
    /// 0 for any free port.
    var port = 0
    /// Account numbers, keys and endpoints come from it.
    var seed: UInt64 = 0
    var region = "eu-central-1"
    var furniture = CloudState.Furniture()
    /// A file that keeps the cloud's state over its own restart; what is in it wins over seed, region and furniture.
    var stateFile: String?
    var faults = CloudFaultPlan.none
    /// How long every answer takes.
    var latency: Duration = .zero
    /// ProvisionHub is refused while the Thing does not exist, as the contract says.
    var thingComesFirst = true
    /// Starts without listening, until `goOnline`.
    var startsOffline = false
    var hubAnswers = SimulatedMatterServer.answers
    var clock: any StationClock = SystemClock()
    var logger = SimulatedCloud.quiet
  }

  /// `http://127.0.0.1:PORT`, for the vendor's calls.
  nonisolated let baseURL: String
  /// The same, for the calls of AWS IoT.
  nonisolated var awsEndpoint: String { baseURL }
  /// The account as it was at the start; a key that was rotated since is another.
  nonisolated let account: SimulatedAccount

  private let configuration: Configuration
  private let port: LoopbackPort
  private let desk: CloudDesk
  private var listener: CloudListener?
  /// Going online and offline happen one after the other, in the order in which they were asked for.
  private var lastChange: Task<Void, any Error>?

  static func start(_ configuration: Configuration = Configuration()) async throws -> SimulatedCloud {
    let port = try LoopbackPort(configuration.port)
    var state = CloudState(
      account: SimulatedAccount(seed: configuration.seed, region: configuration.region),
      furniture: configuration.furniture)
    var record: CloudRecord?
    if let path = configuration.stateFile {
      (record, state) = try CloudRecord.open(path, initial: state)
    }
    let desk = CloudDesk(
      state: state, record: record, clock: configuration.clock, faults: configuration.faults,
      thingComesFirst: configuration.thingComesFirst, hubAnswers: configuration.hubAnswers)
    let cloud = SimulatedCloud(configuration: configuration, port: port, account: state.account, desk: desk)
    if !configuration.startsOffline { try await cloud.goOnline() }
    return cloud
  }

  private init(
    configuration: Configuration, port: LoopbackPort, account: SimulatedAccount, desk: CloudDesk
  ) {
    self.configuration = configuration
    self.port = port
    self.account = account
    self.desk = desk
    baseURL = "http://127.0.0.1:\(port.number)"
  }

  /// Listens, if it does not yet.
  func goOnline() async throws { try await change { try await $0.listen() } }

  /// Closes the listening socket and every connection: clients are refused until `goOnline`.
  func goOffline() async throws { try await change { await $0.hangUp() } }

  /// Away for `duration`, then back.
  func goOffline(for duration: Duration) async throws {
    try await goOffline()
    try await configuration.clock.sleep(for: duration)
    try await goOnline()
  }

  /// Like `goOffline`; the state file is complete at any moment.
  func stop() async {
    // A change that failed before left no listener behind.
    do { try await goOffline() } catch { await hangUp() }
  }

  var isOnline: Bool { listener != nil }

  func audit() async -> CloudAudit { await desk.audit() }

  func setFaults(_ plan: CloudFaultPlan) async { await desk.setFaults(plan) }

  /// What others do to the cloud: a suspension, a Thing made by another station.
  func apply(_ change: CloudChange) async throws { try await desk.apply(change) }

  /// The vendor's API key becomes another one, at once; the old one gets 401.
  func rotateKey() async throws -> String {
    var account = await desk.state.account
    account.apiKey = SimulatedAccount(seed: UInt64.random(in: 0 ... .max)).apiKey
    try await desk.apply(.keysReplaced(account))
    return account.apiKey
  }

  /// Writes the keys as files of mode 0600 into `folder` (made with 0700 if it is not there).
  func writeCredentials(to folder: String) async throws -> CloudCredentialFiles {
    try CloudCredentialFiles.write(await desk.state.account, to: folder)
  }

  private func change(_ body: @escaping @Sendable (isolated SimulatedCloud) async throws -> Void) async throws
  {
    let before = lastChange
    let this = Task {
      // How the change before ended was told to whoever asked for it.
      _ = await before?.result
      try await body(self)
    }
    lastChange = this
    try await this.value
  }

  private func listen() async throws {
    guard listener == nil else { return }
    let control = CloudControl(desk: desk) { [weak self] duration in
      Task {
        // The answer to the one who asked goes out first.
        try await self?.configuration.clock.sleep(for: .milliseconds(50))
        try await self?.goOffline(for: duration)
      }
    }
    let responder = CloudResponder(
      desk: desk, control: control, clock: configuration.clock, latency: configuration.latency)
    listener = try await CloudListener.start(
      port: port.number, responder: responder, logger: configuration.logger)
  }

  private func hangUp() async {
    let open = listener
    listener = nil
    await open?.close()
  }

  /// Connections that are cut on purpose are no news.
  static var quiet: Logger {
    var logger = Logger(label: "simulated-cloud")
    logger.logLevel = .critical
    return logger
  }
}
