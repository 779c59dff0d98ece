import Foundation
import Testing

@testable import Station

/// What Station writes about many units whose keys it made itself, searched by software that is not ours. The floor's
/// tests do the same with real processes and shells.
@Suite("Secrets of many units")
struct SecrecyTests {
  private struct Verdict: Decodable {
    var keys: Int
    var needles: Int
    var files: Int
    var bytes: Int
    var found: [String]
  }

  @Test func `nothing that is written about 176 units holds a byte of their keys`() async throws {
    let floor = try await PipelineBench(key: .station)
    let folder = floor.folder.path(percentEncoded: false)
    let record = "\(folder)/record"
    try FileManager.default.createDirectory(atPath: record, withIntermediateDirectories: true)
    let hubs = (1...176).map { PipelineBench.hub("SPK\(10_000_000 + $0)") }
    await withTaskGroup(of: Void.self) { group in
      for slot in 0..<8 {
        group.addTask {
          for hub in stride(from: slot, to: hubs.count, by: 8).map({ hubs[$0] }) {
            #expect(await floor.visit(hub).outcome == .passed)
          }
        }
      }
    }
    let keys = try hubs.map { String(decoding: try #require($0.live("private.key")), as: UTF8.self) }
      .joined()
    let shipper = RecordShipper(
      journal: floor.ledger, sink: FolderSink(path: record), memory: floor.ledger, station: "test",
      ledgerPath: "\(folder)/ledger.sqlite", clock: SystemClock(), randomness: SystemRandomness())
    _ = try await shipper.flush()
    let clean = try search(folder, for: keys)
    #expect(clean.keys == 176 && clean.needles > 176 * 8 && clean.files >= 5 && clean.bytes > 1 << 20)
    #expect(clean.found.isEmpty, "\(clean.found.prefix(5))")
    // The search is one that finds: a leak of a single line of one key.
    let line = try #require(keys.split(separator: "\n").dropFirst(2).first)
    let leak = floor.folder.appending(path: "leak")
    try FileManager.default.createDirectory(at: leak, withIntermediateDirectories: true)
    try Data("x \(line) y".utf8).write(to: leak.appending(path: "log"))
    #expect(try search(leak.path(percentEncoded: false), for: keys).found.count == 1)
  }

  private func search(_ folder: String, for keys: String) throws -> Verdict {
    let root = URL(filePath: #filePath).appending(path: "../../../..").standardized.path(
      percentEncoded: false)
    let python = ProcessInfo.processInfo.environment["STATION_TEST_PYTHON"] ?? "\(root)/.venv/bin/python"
    let program = Process()
    program.executableURL = URL(filePath: python)
    program.arguments = ["\(root)/Tests/Floor/secret_search.py", folder]
    let (input, output) = (Pipe(), Pipe())
    program.standardInput = input
    program.standardOutput = output
    try program.run()
    try input.fileHandleForWriting.write(contentsOf: Data(keys.utf8))
    try input.fileHandleForWriting.close()
    let said = try output.fileHandleForReading.readToEnd() ?? Data()
    program.waitUntilExit()
    return try JSONDecoder().decode(Verdict.self, from: said)
  }
}
