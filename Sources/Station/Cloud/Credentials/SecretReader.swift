import CertForge
import Foundation

/// Reads one secret from its source: a file of its owner alone, or a program.
///
/// A file is read at every use. A program's answer serves until a server refuses it or the program gives another, and a
/// program is not run more often than every ten seconds.
actor SecretReader {
  private let source: SecretSource
  private let label: String
  private let mayHoldBlanks: Bool
  private let clock: any StationClock
  private let output: CommandOutput
  private let salt: [UInt8]

  private struct Made {
    var result: Result<String, Fault>
    /// When the program was last asked.
    var at: Duration
    /// A server refused what it gave.
    var refused = false

    var serving: String? {
      guard !refused, case .success(let secret) = result else { return nil }
      return secret
    }
  }

  private var made: Made?
  private var running: Task<Result<String, Fault>, Never>?

  /// - Parameters:
  ///   - label: what the secret is, for faults: `api-key`.
  ///   - mayHoldBlanks: it goes into no header: a passphrase.
  init(
    _ source: SecretSource, label: String, mayHoldBlanks: Bool = false, clock: any StationClock,
    timeLimit: Duration = .seconds(20)
  ) {
    self.mayHoldBlanks = mayHoldBlanks
    self.source = source
    self.label = label
    self.clock = clock
    output = CommandOutput(timeLimit: timeLimit, clock: clock)
    salt = SystemRandomness().bytes(16)
  }

  /// The first line, 1 to 4,096 printable ASCII characters: it goes into a header.
  ///
  /// - Throws: `credentials-missing` with the cause.
  func secret() async throws(Fault) -> String { try await secret(reviewing: false) }

  private func secret(reviewing: Bool) async throws(Fault) -> String {
    switch source {
    case .file(let path):
      let text: String
      do { text = try PrivateTextFile.readPrivate(path) } catch { throw missing(error.cause(path)) }
      return try line(text, from: path)
    case .command(let arguments):
      if let made {
        let age = clock.uptime() - made.at
        if age < CredentialChain.pause { return try made.result.get() }
        let isDue = reviewing && age >= CredentialChain.reviewInterval
        if !isDue, let good = made.serving { return good }
      }
      return try await fromProgram(arguments)
    }
  }

  /// A server refused it: a program is asked again.
  func wasRefused(_ secret: String) {
    if case .success(let given)? = made?.result, given == secret { made?.refused = true }
  }

  /// A word that changes when the secret does; tells nothing about it. A program is asked again every half minute.
  func version() async -> String {
    do {
      let found = try await secret(reviewing: true)
      return Hexadecimal.encode(
        MessageAuthentication.hmacSHA256(key: salt, message: Array(found.utf8)).prefix(16))
    } catch {
      return error.code.rawValue
    }
  }

  private func fromProgram(_ arguments: [String]) async throws(Fault) -> String {
    if let running { return try await running.value.get() }
    let task = Task { keep(await asked(arguments)) }
    running = task
    return try await task.value.get()
  }

  private nonisolated func asked(_ arguments: [String]) async -> Result<String, Fault> {
    do throws(Fault) {
      let text: String
      do throws(CommandOutput.Trouble) {
        text = try await output.run(arguments)
      } catch {
        throw missing("the command failed: \(error.cause)")
      }
      return .success(try line(text, from: "the command's output"))
    } catch {
      return .failure(error)
    }
  }

  /// What no server has refused serves on when the program fails.
  private func keep(_ fresh: Result<String, Fault>) -> Result<String, Fault> {
    running = nil
    var result = fresh
    if case .failure = fresh, let good = made?.serving { result = .success(good) }
    made = Made(result: result, at: clock.uptime())
    return result
  }

  private nonisolated func line(_ text: String, from origin: String) throws(Fault) -> String {
    let first = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    let found = first.trimmingCharacters(in: .whitespaces)
    let least: UInt8 = mayHoldBlanks ? 0x20 : 0x21
    guard (1...4096).contains(found.utf8.count), found.utf8.allSatisfy({ (least...0x7E).contains($0) }) else {
      throw missing("the first line of \(origin) is not 1 to 4096 printable characters")
    }
    return found
  }

  private nonisolated func missing(_ cause: String) -> Fault {
    Fault(.credentialsMissing, ["lane": "vendor", "secret": label, "cause": cause])
  }
}
