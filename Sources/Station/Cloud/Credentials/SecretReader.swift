import CertForge
import Foundation

/// Reads one secret from its source: a file of its owner alone, or a program.
///
/// A file is read at every use. A program's answer is kept until `refresh()`, and a program is not run more often than
/// every ten seconds.
actor SecretReader {
  private let source: SecretSource
  private let label: String
  private let mayHoldBlanks: Bool
  private let clock: any StationClock
  private let output: CommandOutput
  private let salt: [UInt8]

  fileprivate struct Made {
    var result: Result<String, Fault>
    var at: Duration
    var stale = false
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
  func secret() async throws(Fault) -> String {
    switch source {
    case .file(let path):
      let text: String
      do { text = try PrivateTextFile.readPrivate(path) } catch { throw missing(error.cause(path)) }
      return try line(text, from: path)
    case .command(let arguments):
      if let made {
        let pausing = clock.uptime() - made.at < CredentialChain.pause
        if pausing || (!made.stale && made.succeeded) { return try made.result.get() }
      }
      return try await fromProgram(arguments)
    }
  }

  /// A server refused it: a program is asked again.
  func refresh() { made?.stale = true }

  /// A word that changes when the secret does; tells nothing about it.
  func version() async -> String {
    if let made, clock.uptime() - made.at >= CredentialChain.reviewInterval { self.made?.stale = true }
    do {
      let found = try await secret()
      return Hexadecimal.encode(
        MessageAuthentication.hmacSHA256(key: salt, message: Array(found.utf8)).prefix(16))
    } catch {
      return error.code.rawValue
    }
  }

  private func fromProgram(_ arguments: [String]) async throws(Fault) -> String {
    if let running { return try await running.value.get() }
    let task = Task<Result<String, Fault>, Never> {
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
    running = task
    let result = await task.value
    running = nil
    made = Made(result: result, at: clock.uptime())
    return try result.get()
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

extension SecretReader.Made {
  fileprivate var succeeded: Bool {
    if case .success = result { true } else { false }
  }
}
