import Foundation
import Testing

@testable import Station

/// Formats that others defined, judged by software that is not ours (Tests/Oracles/standards_oracle.py).
@Suite("Exports in the industry's formats")
struct ExportStandardsTests {
  private static let allow = ["--allow-unregistered", "--reason", "tried"]
  private static let outside = Fault(
    .checkOutside,
    ["check": "voltage", "value": "0.9", "low": "1.1", "high": "", "measure": "V", "expected": ""])

  /// Six units; the fifth passed at its fourth attempt, after one of each other end.
  private static func bench() async throws -> ExportBench {
    let bench = try await ExportBench(units: 4)
    try await bench.change { ledger in
      let refused = Fault(.issuerRefused, ["cause": "no"])
      try await bench.tries(
        5, "0199d1c8-7a00-7000-8000-000000000001",
        [.began(.deliver), .failed(.check, outside), .closed(.failed, outside)], in: ledger)
      try await bench.tries(
        5, "0199d1c8-7a00-7000-8000-000000000002", [.began(.deliver), .closed(.aborted, nil)], in: ledger)
      try await bench.tries(
        5, "0199d1c8-7a00-7000-8000-000000000003",
        [.began(.certify), .failed(.certify, refused), .closed(.errored, refused)], in: ledger)
      try await bench.make(5, in: ledger)
      try await bench.make(6, in: ledger)
      // The station dies in it; the next start says that it was broken off.
      try await bench.tries(
        6, "0199d1c8-7a00-7000-8000-000000000004", [.began(.deliver)], isFinished: true, in: ledger)
    }
    try await bench.close()
    return bench
  }

  @Test(arguments: [("wats", 10), ("cfx", 36)])
  func `an export is what the format's own readers understand, and what the journal says`(
    form: String, count: Int
  ) async throws {
    let bench = try await Self.bench()
    let made = try await bench.export(form, Self.allow)
    #expect(made.status == 0 && made.output.contains("6 units as of row"), "\(made)")
    let folder = bench.place("WO-17-r1-\(form)")
    let judged = try await OraclePython.run("standards_oracle.py", [form, folder, bench.bench.ledger])
    #expect(judged == "good \(count) P P P P FTEP PT")
    let verified = try await CommandProgram.run(["export", "verify", folder])
    #expect(verified.status == 0 && verified.output.contains("6 units, all is good"), "\(verified)")
    let sums = try await CommandProgram.run(
      ["/bin/sh", "-c", "cd \"$1\" && sha256sum --quiet --strict -c SHA256SUMS", "sh", folder], other: true)
    #expect(sums.status == 0, "\(sums)")
  }

  @Test(arguments: ["wats", "cfx"])
  func `a revision has the same bytes after an attempt that it does not know`(form: String) async throws {
    let bench = try await Self.bench()
    #expect(try await bench.export(form, Self.allow).status == 0)
    let folder = bench.place("WO-17-r1-\(form)")
    let bytes = try bench.contents(folder)
    try FileManager.default.removeItem(atPath: folder)
    try await bench.change { ledger in
      try await bench.tries(
        5, "0199d1c8-7a00-7000-8000-000000000009",
        [.failed(.check, Self.outside), .closed(.failed, Self.outside)], isFinished: true, in: ledger)
    }
    let again = try await bench.export(form, ["--revision", "1"])
    #expect(again.status == 0 && again.output.contains("the same bytes as before"), "\(again)")
    #expect(try bench.contents(folder) == bytes)
    let next = try await bench.export(form, Self.allow)
    #expect(next.status == 0 && next.output.contains("revision 2"), "\(next)")
    let judged = try await OraclePython.run(
      "standards_oracle.py", [form, bench.place("WO-17-r2-\(form)"), bench.bench.ledger])
    #expect(judged == "good \(form == "wats" ? 11 : 39) P P P P FTEPF PT")
  }

  @Test func `the settings say what the server calls the operation, and a form that cannot be is refused`()
    async throws
  {
    let bench = try await Self.bench()
    let made = try await bench.export("our-wats", Self.allow)
    #expect(made.status == 0, "\(made)")
    let file = bench.place("WO-17-r1-our-wats/SPK00020005-4.json")
    let report = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: file))) as? [String: Any])
    #expect(report["processCode"] as? Int == 500 && report["location"] as? String == "Hall 2")
    #expect(report["rev"] as? String == "B")
    let text = try String(contentsOfFile: bench.bench.settings, encoding: .utf8)
    for (old, new, words) in [
      ("\"{serial}-{attempt}.json\"", "\"{serial}.json\"", "write {serial} and {attempt} in it"),
      ("process-code: 500", "process-code: 0", "1 to 32767"),
      ("form: wats", "form: watts", "write table, lines"),
      ("[hub-id=Hub, mac=MAC", "[certificate-pem, mac=MAC", "leave certificate-pem out"),
    ] {
      #expect(text.contains(old))
      let wrong = try bench.bench.file("wrong.yaml", text.replacing(old, with: new))
      let checked = try await CommandProgram.run(["settings", "check", wrong])
      #expect(checked.status == 78 && (checked.output + checked.errors).contains(words), "\(checked)")
    }
  }
}
