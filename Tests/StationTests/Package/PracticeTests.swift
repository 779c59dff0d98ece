import Foundation
import Testing

@testable import Station

/// What docs/practice.md tells people to type, typed.
@Suite("The instructions for practising")
struct PracticeTests {
  @Test func `as they stand they finish and register two hubs`() async throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(contentsOf: root.appending(path: "docs/practice.md"), encoding: .utf8)
      .replacing("8443", with: String(Int.random(in: 20_000...29_999)))
    let blocks = text.components(separatedBy: "```sh\n").dropFirst().compactMap {
      $0.components(separatedBy: "```").first
    }
    let folder = URL(filePath: "/tmp").appending(path: "practice-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // A person reads what the simulators say before going on.
    let patience =
      "for try in $(seq 150); do [ -s cloud.txt ] && [ $(wc -l < hubs.txt) = 2 ] && break; sleep 0.2; done\n"
    let script =
      "cd '\(folder.path(percentEncoded: false))'; trap 'kill $(jobs -p); wait' EXIT\n"
      + (blocks.prefix(1) + [patience] + blocks.dropFirst()).joined()
    let programs = CommandProgram.executable.deletingLastPathComponent().path(percentEncoded: false)
    let answer = try await CommandProgram.run(
      ["/bin/bash", "-e", "-c", script], environment: ["PATH": "\(programs):/usr/bin:/bin"], other: true)
    #expect(answer.status == 0, "\(answer)")
    #expect(answer.output.contains("Nothing is left to send."), "\(answer)")
    let passed = answer.lines.filter {
      $0.hasPrefix("SPK0000000") && $0.contains("passed   released     registered")
    }
    #expect(passed.count == 2, "\(answer)")
  }
}
