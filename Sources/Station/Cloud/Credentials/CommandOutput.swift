import Foundation
import Subprocess
import SystemPackage

/// Runs a program that prints a secret, with a limit on its time and on its output. No shell is involved, and nothing
/// secret is in its arguments.
struct CommandOutput: Sendable {
  enum Trouble: Error, Hashable {
    case notStarted(cause: String)
    /// It ended with another status than 0. What it wrote to standard error is not kept: it may hold the secret.
    case failed(status: String)
    case tooLong
    case timedOut
    case notText

    var cause: String {
      switch self {
      case .notStarted(let cause): "it could not be started: \(cause)"
      case .failed(let status): "it ended with \(status)"
      case .tooLong: "it wrote more than \(CommandOutput.longest) bytes"
      case .timedOut: "it did not end in time and was killed"
      case .notText: "its output is not UTF-8"
      }
    }
  }

  static let longest = 64 * 1024

  var timeLimit: Duration
  var clock: any StationClock

  /// - Parameter arguments: the program (a path, or a name that is looked up in PATH), then its arguments.
  func run(_ arguments: [String]) async throws(Trouble) -> String {
    guard let program = arguments.first, !program.isEmpty else {
      throw .notStarted(cause: "no program is named")
    }
    let limit = timeLimit
    let clock = clock
    let ended = await withTaskGroup(of: Result<String, Trouble>?.self) { group in
      group.addTask { await Self.finished(program, Array(arguments.dropFirst())) }
      group.addTask {
        do { try await clock.sleep(for: limit) } catch { return nil }
        return .failure(.timedOut)
      }
      // Whichever is first; the other is cancelled, which kills the program with all that it started.
      let first = await group.next() ?? nil
      group.cancelAll()
      return first
    }
    return try (ended ?? .failure(.timedOut)).get()
  }

  private static func finished(_ program: String, _ arguments: [String]) async -> Result<String, Trouble> {
    var options = PlatformOptions()
    options.createSession = true
    options.teardownSequence = [
      .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .seconds(1))
    ]
    do {
      let result = try await Subprocess.run(
        program.contains("/") ? .path(FilePath(program)) : .name(program), arguments: .init(arguments),
        platformOptions: options, output: .bytes(limit: longest), error: .discarded)
      guard result.terminationStatus == .exited(0) else {
        return .failure(.failed(status: String(describing: result.terminationStatus)))
      }
      guard let text = String(validating: result.standardOutput, as: UTF8.self) else {
        return .failure(.notText)
      }
      return .success(text)
    } catch let error as SubprocessError where error.code == .outputLimitExceeded {
      return .failure(.tooLong)
    } catch let error as SubprocessError where error.code == .executableNotFound {
      // Without its name: somebody may have written a secret before it, as a shell would take it.
      return .failure(.notStarted(cause: "there is no such program, or it may not be run"))
    } catch is CancellationError {
      return .failure(.timedOut)
    } catch {
      return .failure(.notStarted(cause: String(describing: error)))
    }
  }
}
