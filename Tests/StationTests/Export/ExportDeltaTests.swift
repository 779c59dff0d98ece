import CertForge
import Foundation
import Testing

@testable import Station

@Suite("What is new in an export since the one before")
struct ExportDeltaTests {
  private static let allow = ["--allow-unregistered", "--reason", "tried"]

  /// What openssl says that the certificate's fingerprint is, in lower-case hex.
  private static func fingerprint(_ file: String) async throws -> String {
    let said = try await CommandProgram.run(
      ["/usr/bin/openssl", "x509", "-in", file, "-noout", "-fingerprint", "-sha256"], other: true)
    return said.output.split(separator: "=").last?.filter(\.isHexDigit).lowercased() ?? ""
  }

  @Test("a certificate that changed is told, though nothing else of its unit is exported")
  func certificates() async throws {
    let bench = try await ExportBench(units: 3)
    try await bench.close()
    let first = try await bench.export("certificates", Self.allow)
    #expect(first.status == 0, "\(first)")
    try await bench.rework(2)
    let second = try await bench.export("certificates", Self.allow)
    #expect(second.status == 0, "\(second)")
    #expect(second.output.contains("since revision 1: 0 added, 1 changed, 0 removed"), "\(second)")
    let name = "certificates/\(ExportBench.serial(2)).pem"
    let before = try await Self.fingerprint(bench.place("WO-17-r1-certificates/\(name)"))
    let after = try await Self.fingerprint(bench.place("WO-17-r2-certificates/\(name)"))
    #expect(before.count == 64 && after.count == 64 && before != after)
    let delta = try String(
      contentsOfFile: bench.place("WO-17-r2-certificates/delta.jsonl"), encoding: .utf8)
    let change =
      #"{"after":{"certificate-pem":"\#(after)"},"before":{"certificate-pem":"\#(before)"},"change":"changed","serial":"\#(ExportBench.serial(2))"}"#
    #expect(delta == change + "\n")
    let verified = ExportVerification(bench.place("WO-17-r2-certificates"), trusted: [])
    #expect(verified.problems == [])
    // Both revisions come out again with the bytes that they had.
    for revision in 1...2 {
      let folder = bench.place("WO-17-r\(revision)-certificates")
      let bytes = try bench.contents(folder)
      try FileManager.default.removeItem(atPath: folder)
      let again = try await bench.export("certificates", ["--revision", "\(revision)"])
      #expect(again.status == 0, "\(again)")
      #expect(try bench.contents(folder) == bytes)
    }
  }
}
