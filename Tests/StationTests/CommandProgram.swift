import Foundation

@testable import Station

/// The built `station`, run as a shell would.
enum CommandProgram {
  struct Answer: Sendable {
    var status: Int32
    var output: String
    var errors: String
    var lines: [String] { output.split(separator: "\n").map(String.init) }
  }

  /// Beside the test bundle.
  static var executable: URL {
    let own =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? CommandLine.arguments[0]
    let beside = URL(filePath: own).deletingLastPathComponent().appending(path: "station")
    if FileManager.default.isExecutableFile(atPath: beside.path(percentEncoded: false)) { return beside }
    // The helper of another toolchain runs the bundle: its path is among the arguments.
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
    return URL(filePath: bundle).deletingLastPathComponent().appending(path: "station")
  }

  /// - Parameter other: another program, by its absolute path, which is the first argument.
  static func run(_ arguments: [String], environment: [String: String] = [:], other: Bool = false)
    async throws
    -> Answer
  {
    let program = Foundation.Process()
    program.executableURL = other ? URL(filePath: arguments[0]) : executable
    program.arguments = other ? Array(arguments.dropFirst()) : arguments
    program.environment = ["PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LANG": "C.UTF-8"]
      .merging(environment) { _, new in new }
    let (output, errors) = (Pipe(), Pipe())
    program.standardOutput = output
    program.standardError = errors
    program.standardInput = FileHandle.nullDevice
    try program.run()
    // Both at once: a full pipe would hold the program.
    async let heardErrors = read(errors)
    let heard = await read(output)
    let complaints = await heardErrors
    program.waitUntilExit()
    return Answer(status: program.terminationStatus, output: heard, errors: complaints)
  }

  private static func read(_ pipe: Pipe) async -> String {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        let data = (try? pipe.fileHandleForReading.readToEnd()) ?? Data()
        continuation.resume(returning: String(decoding: data, as: UTF8.self))
      }
    }
  }
}
