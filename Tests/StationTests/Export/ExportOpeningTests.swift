import Foundation
import Testing

@testable import Station

@Suite("An encrypted export is opened by what the program says")
struct ExportOpeningTests {
  @Test func `by each of its readers, and what comes out verifies`() async throws {
    let bench = try await ExportBench(units: 2)
    try await bench.close()
    let keys = """
      set -e; cd '\(bench.place(""))'
      openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out one.key 2>/dev/null
      openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out two.key 2>/dev/null
      for n in one two; do openssl req -x509 -new -key $n.key -subj /CN=$n -days 2 -out $n.pem; done
      """
    #expect(try await Self.shell(keys).status == 0)
    let made = try await bench.export(
      "csv",
      [
        "--encrypt-to", bench.place("one.pem"), "--encrypt-to", bench.place("two.pem"),
        "--allow-unregistered", "--reason", "r",
      ])
    #expect(made.status == 0, "\(made)")
    let envelope = try #require(made.lines.first)
    let told = try await CommandProgram.run(["export", "verify", envelope])
    let command = try #require(told.errors.range(of: "openssl cms")).lowerBound
    let words = told.errors[command...].trimmingCharacters(in: .newlines).dropLast()
      .replacing(", then ", with: " && ")
    for key in ["one.key", "two.key"] {
      let opened = try await Self.shell(
        "cd '\(bench.place(""))' && rm -rf WO-17-r1-csv && \(words.replacing("KEY", with: key))")
      #expect(opened.status == 0, "\(key): \(opened)")
      let verdict = try await CommandProgram.run(["export", "verify", bench.place("WO-17-r1-csv")])
      #expect(verdict.status == 0 && verdict.output.contains("all is good"), "\(verdict)")
    }
  }

  private static func shell(_ script: String) async throws -> CommandProgram.Answer {
    try await CommandProgram.run(["/bin/sh", "-c", script], other: true)
  }
}
