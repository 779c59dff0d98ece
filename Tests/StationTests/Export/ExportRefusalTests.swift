import Foundation
import Testing

@testable import Station

/// An export that is refused has changed nothing: no row, no seal, no file, no key.
@Suite("Refused exports")
struct ExportRefusalTests {
  private static let allow = ["--allow-unregistered", "--reason", "tried"]

  private static func state(_ bench: ExportBench) async throws -> ([String: Data], Int64?) {
    let reader = try Ledger.reading(path: bench.bench.ledger)
    defer { try? reader.close() }
    var files = try bench.contents(bench.place(""))
    // The log and the index of readers and writers come and go with them.
    for name in files.keys where name.contains("ledger.sqlite") && !name.hasSuffix(".seal-key") {
      files[name] = nil
    }
    return (files, try await reader.lastRow()?.sequence)
  }

  @Test func `whatever it is refused for, there is no row, no seal and no file more`() async throws {
    let bench = try await ExportBench(units: 3)
    try await bench.change { ledger in try await bench.make(6, in: ledger) }
    func refused(_ words: [String], _ status: Int32, _ sentence: String) async throws {
      let before = try await Self.state(bench)
      let answer = try await CommandProgram.run(["export"] + words + ["--settings", bench.bench.settings])
      #expect(
        answer.status == status && answer.errors.contains(sentence) && answer.output.isEmpty, "\(answer)")
      #expect(try await Self.state(bench) == before, "\(words)")
    }
    let to = ["--to", bench.place("")]
    try await refused(["WO-17"] + to + Self.allow, 65, "it is open")
    try await bench.close()
    // Rows that no seal is over yet: the next export would make one.
    try await bench.settle(3)
    try await refused(["WO-99"] + to + Self.allow, 65, "There is no batch WO-99")
    try await refused(["WO-17", "--profile", "cvs"] + to + Self.allow, 64, "There is no profile cvs.")
    try await refused(["WO-17"] + to, 65, "1 units of WO-17 are not registered, such as SPK00020006")
    try await refused(["WO-17", "--revision", "2"] + to + Self.allow, 65, "revision 2 was never made")
    try await refused(["WO-17", "--to", bench.place("nowhere")] + Self.allow, 73, "There is no folder ")
    try await refused(
      ["WO-17", "--encrypt-to", bench.place("none.pem")] + to + Self.allow, 65, "none.pem")
    let notes = try bench.bench.file("notes.txt", "no certificate")
    try await refused(
      ["WO-17", "--encrypt-to", notes] + to + Self.allow, 65, "notes.txt is no X.509 certificate in PEM.")
    let there = bench.place("WO-17-r1-csv")
    try FileManager.default.createDirectory(atPath: there, withIntermediateDirectories: false)
    try await refused(["WO-17"] + to + Self.allow, 73, "is there already")
    try FileManager.default.removeItem(atPath: there)
    let text = try String(contentsOfFile: bench.bench.settings, encoding: .utf8)
    try text.replacing("[serial=Serial No., mac=MAC, certificate-id]", with: "[serial, vendor]")
      .write(toFile: bench.bench.settings, atomically: true, encoding: .utf8)
    try await refused(["WO-17", "--profile", "vendor"] + to + Self.allow, 65, "it begins like a formula")
    // And one that is not refused makes its seal and its row.
    let before = try await Self.state(bench)
    let made = try await CommandProgram.run(
      ["export", "WO-17"] + to + Self.allow + ["--settings", bench.bench.settings])
    #expect(made.status == 0, "\(made)")
    #expect(try await Self.state(bench).1 == before.1.map { $0 + 2 })
  }

  @Test func `whoever verifies what is packed, encrypted or not there is told what to do first`() async throws
  {
    let bench = try await CommandBench()
    let (tar, envelope) = (try bench.file("e.tar", "t"), try bench.file("e.tar.cms", "c"))
    for (path, sentence) in [
      (tar, "unpack it first"), (envelope, "openssl cms -decrypt -inform DER -binary -in \(envelope) "),
      (tar + "x", "There is no folder"),
    ] {
      let answer = try await CommandProgram.run(["export", "verify", path])
      #expect(answer.status == 65 && answer.errors.contains(sentence) && answer.output.isEmpty, "\(answer)")
    }
  }

  @Test func `a certificate that the record does not have is refused before the seal`() async throws {
    let bench = try await ExportBench(units: 2)
    try await bench.change { ledger in
      // It passed with a certificate that nobody wrote down.
      try await bench.tries(
        77, "attempt-77", [ScratchLedger.passed(77, certificate: 77), .closed(.passed, nil)], in: ledger)
    }
    try await bench.close()
    try await bench.settle(3)
    let before = try await Self.state(bench)
    let refused = try await bench.export("certificates", Self.allow)
    #expect(
      refused.status == 65 && refused.errors.contains("its certificate is not in the record"), "\(refused)")
    #expect(try await Self.state(bench) == before)
  }
}
