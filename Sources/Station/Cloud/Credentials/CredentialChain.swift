import CertForge
import Foundation

/// The station's AWS credentials: from the environment, the AWS files, or a program that they name.
///
/// Files are read again at every use, so that a new key is taken up without restart. A program is run when there are no
/// credentials yet, five minutes before they end, and after `refresh()`; not more often than every ten seconds.
actor CredentialChain {
  private let profile: String?
  private let environment: [String: String]
  private let clock: any StationClock
  private let output: CommandOutput
  private let salt: [UInt8]

  private struct Made {
    var commandLine: String
    var result: Result<AWSCredentials, Fault>
    var at: Duration
    var stale = false
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
  func current() async throws(Fault) -> AWSCredentials {
    switch try AWSCredentialSource.find(profile: profile, environment: environment) {
    case .ready(let credentials): return credentials
    case .process(let commandLine, let profile): return try await fromProcess(commandLine, profile)
    }
  }

  /// A server refused what `current()` gave: a program is asked again. Files are read again in any case.
  func refresh() { made?.stale = true }

  /// A word that changes when the credentials do; tells nothing about them. A stopped lane watches it, so a program is
  /// asked again every half minute.
  func version() async -> String {
    if let made, clock.uptime() - made.at >= Self.reviewInterval { self.made?.stale = true }
    do {
      let found = try await current()
      let text = [found.accessKeyID, found.secretAccessKey, found.sessionToken ?? ""].joined(separator: "\0")
      return Hexadecimal.encode(
        MessageAuthentication.hmacSHA256(key: salt, message: Array(text.utf8)).prefix(16))
    } catch {
      return error.code.rawValue
    }
  }

  private func fromProcess(_ commandLine: String, _ profile: String) async throws(Fault) -> AWSCredentials {
    if let made, made.commandLine == commandLine, !isDue(made) { return try made.result.get() }
    if let running { return try await running.value.get() }
    let (output, now) = (output, clock.now())
    let task = Task<Result<AWSCredentials, Fault>, Never> {
      do throws(Fault) {
        return .success(
          try await CredentialProcess.run(commandLine, profile: profile, output: output, now: now))
      } catch {
        return .failure(error)
      }
    }
    running = task
    var result = await task.value
    running = nil
    // What is still good serves on when the program that should renew it fails.
    if case .failure = result, let made, made.commandLine == commandLine, !made.stale,
      case .success(let old) = made.result, let end = old.expiration, end > clock.now()
    {
      result = made.result
    }
    made = Made(commandLine: commandLine, result: result, at: clock.uptime())
    return try result.get()
  }

  private func isDue(_ made: Made) -> Bool {
    let pausing = clock.uptime() - made.at < Self.pause
    switch made.result {
    case .failure: return !pausing
    case .success(let credentials):
      let ending = credentials.expiration.map { $0 < clock.now().advanced(by: Self.renewal) } ?? false
      return (made.stale || ending) && !pausing
    }
  }
}
