import Foundation
import Testing

@testable import Station

/// Judges that are not ours.
enum ForeignText {
  static var python: String { ProcessInfo.processInfo.environment["STATION_TEST_PYTHON"] ?? "python3" }

  static func pythonCSV(_ text: String) throws -> [[String]] {
    let program = """
      import csv, io, json, sys
      text = sys.stdin.buffer.read().decode()
      print(json.dumps(list(csv.reader(io.StringIO(text, newline='')))))
      """
    return try JSONDecoder().decode([[String]].self, from: run(["-c", program], Data(text.utf8)))
  }

  static func run(_ arguments: [String], _ input: Data) throws -> Data {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [python] + arguments
    let file = FileManager.default.temporaryDirectory.appending(path: "station-\(UUID().uuidString)")
    try input.write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let output = Pipe()
    process.standardInput = try FileHandle(forReadingFrom: file)
    process.standardOutput = output
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(arguments.first ?? "")")
    return data
  }
}
