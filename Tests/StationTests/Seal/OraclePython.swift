import Foundation

/// Runs a script of Tests/Oracles with the interpreter that has `cryptography`.
enum OraclePython {
  struct Failed: Error, CustomStringConvertible {
    let description: String
  }

  static func script(_ name: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Oracles/\(name)").path(percentEncoded: false)
  }

  /// - Returns: what it printed, without white space around it.
  static func run(_ name: String, _ arguments: [String]) async throws -> String {
    let python = ProcessInfo.processInfo.environment["STATION_TEST_PYTHON"] ?? "python3"
    let ran = try await CommandProgram.run(["/usr/bin/env", python, script(name)] + arguments, other: true)
    guard ran.status == 0 else { throw Failed(description: ran.errors) }
    return ran.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
