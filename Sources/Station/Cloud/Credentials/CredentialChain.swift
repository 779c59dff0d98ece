import CertForge
import Foundation

/// The station's AWS credentials: from the environment, the AWS files, or a program that they name.
///
/// Files are read again at every use, so that a new key is taken up without restart. A program is run when there are no
/// credentials yet, five minutes before they end, when a server refused them, and for `version()`; not more often than
/// every ten seconds. What it gave serves until it ends or is refused, whatever the program says meanwhile.
actor CredentialChain {
  private let profile: String?
  private let environment: [String: String]
  private let clock: any StationClock
  private let output: CommandOutput
  private let salt: [UInt8]

  private struct Made {
    var commandLine: String
    var result: Result<AWSCredentials, Fault>
    /// When the program was last asked.
    var at: Duration
    /// A server refused what it gave.
    var refused = false

    func serving(at now: Timestamp) -> AWSCredentials? {
      guard !refused, case .success(let credentials) = result else { return nil }
      return credentials.expiration.map { $0 > now } ?? true ? credentials : nil
    }
  }

  private var made: Made?
  private var running: Task<Result<AWSCredentials, Fault>, Never>?

  static let renewal = Duration.seconds(300)
  static let pause = Duration.seconds(10)
  static let reviewInterval = Duration.seconds(30)

  init(
    profile: String?, environment: [String: String] = ProcessInfo.processInfo.environment,
    clock: any StationClock = SystemClock(), processTimeLimit: Duration = .seconds(20)
  ) {
    self.profile = profile
    self.environment = environment
    self.clock = clock
    output = CommandOutput(timeLimit: processTimeLimit, clock: clock)
    salt = SystemRandomness().bytes(16)
  }

  /// - Throws: `credentials-missing` or `credentials-refused`, with the cause and never a secret.
  func current() async throws(Fault) -> AWSCredentials { try await current(reviewing: false) }

  private func current(reviewing: Bool) async throws(Fault) -> AWSCredentials {
    switch try AWSCredentialSource.find(profile: profile, environment: environment) {
    case .ready(let credentials): return credentials
    case .process(let commandLine, let profile):
      return try await fromProcess(commandLine, profile, reviewing: reviewing)
    }
  }

  /// A server refused what `current()` gave: a program is asked again. Files are read again in any case.
  func wereRefused(_ credentials: AWSCredentials) {
    // A call that was out while they were renewed says nothing of the new ones.
    if case .success(let given)? = made?.result, given == credentials { made?.refused = true }
  }

  /// A word that changes when the credentials do; tells nothing about them. A stopped lane watches it, so a program is
  /// asked again every half minute. That is a review: nobody else's credentials suffer from what comes of it.
  func version() async -> String {
    do {
      let found = try await current(reviewing: true)
      let text = [found.accessKeyID, found.secretAccessKey, found.sessionToken ?? ""].joined(separator: "\0")
      return Hexadecimal.encode(
        MessageAuthentication.hmacSHA256(key: salt, message: Array(text.utf8)).prefix(16))
    } catch {
      return error.code.rawValue
    }
  }

  private func fromProcess(
    _ commandLine: String, _ profile: String, reviewing: Bool
  ) async throws(Fault) -> AWSCredentials {
    let made = made.flatMap { $0.commandLine == commandLine ? $0 : nil }
    if let made, !isDue(made, reviewing: reviewing) { return try made.result.get() }
    if let running {
      // Nobody waits for the program with something good in hand.
      if !reviewing, let good = made?.serving(at: clock.now()) { return good }
      return try await running.value.get()
    }
    let now = clock.now()
    let task = Task { keep(await asked(commandLine, profile, now: now), of: commandLine) }
    running = task
    return try await task.value.get()
  }

  private nonisolated func asked(
    _ commandLine: String, _ profile: String, now: Timestamp
  ) async -> Result<AWSCredentials, Fault> {
    do throws(Fault) {
      return .success(
        try await CredentialProcess.run(commandLine, profile: profile, output: output, now: now))
    } catch {
      return .failure(error)
    }
  }

  /// What is still good serves on when the program that should renew it fails.
  private func keep(
    _ fresh: Result<AWSCredentials, Fault>, of commandLine: String
  ) -> Result<AWSCredentials, Fault> {
    running = nil
    var result = fresh
    if case .failure = fresh, let made, made.commandLine == commandLine,
      let good = made.serving(at: clock.now())
    {
      result = .success(good)
    }
    made = Made(commandLine: commandLine, result: result, at: clock.uptime())
    return result
  }

  private func isDue(_ made: Made, reviewing: Bool) -> Bool {
    let age = clock.uptime() - made.at
    guard age >= Self.pause else { return false }
    switch made.result {
    case .failure: return true
    case .success(let credentials):
      let ending = credentials.expiration.map { $0 < clock.now().advanced(by: Self.renewal) } ?? false
      return made.refused || ending || reviewing && age >= Self.reviewInterval
    }
  }
}
