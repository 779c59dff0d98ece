import Foundation

/// A python script run as a client that shares no code with us.
///
/// `STATION_TEST_PYTHON` names the interpreter, `python3` otherwise.
struct ForeignClient: Sendable {
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  var environment: [String: String]

  static var interpreter: String { ProcessInfo.processInfo.environment["STATION_TEST_PYTHON"] ?? "python3" }

  /// Whether the interpreter has a module; decided once per module and run.
  static func has(_ module: String) -> Bool {
    do {
      _ = try ForeignClient(environment: [:]).run("import \(module)\nprint('{}')")
      return true
    } catch { return false }
  }

  /// Runs the script to its end, at most 60 s. Blocks a thread of its own, not one of the pool: call it from `call`.
  func run(_ script: String) throws -> String {
    let process = Foundation.Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["timeout", "60", Self.interpreter, "-c", script]
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
      .merging(["AWS_EC2_METADATA_DISABLED": "true", "no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1"]) { $1 }
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(description: complaint) }
    return text
  }

  /// The last line of what the script prints, as JSON.
  func call(_ script: String) async throws -> [String: Any] {
    let client = self
    let text = try await withCheckedThrowingContinuation { (waiter: CheckedContinuation<String, any Error>) in
      Thread.detachNewThread { waiter.resume(with: Result { try client.run(script) }) }
    }
    let last = text.split(separator: "\n").last ?? ""
    guard let answer = try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any] else {
      throw Failure(description: "not an object: \(last)")
    }
    return answer
  }
}
