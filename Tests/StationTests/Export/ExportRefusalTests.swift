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
      ["WO-17", "--encrypt-to", notes] + to + Self.allow, 65, "notes.txt is not one X.509 certificate in PEM."
    )
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

  @Test func `who nothing can be encrypted to is named by the file, and no export is recorded`() async throws
  {
    let bench = try await ExportBench(units: 3)
    try await bench.close()
    // A row that no seal is over yet: the next export would make one.
    try await bench.settle(3)
    for (name, kind) in [
      ("rsa", "RSA -pkeyopt rsa_keygen_bits:2048"), ("ed25519", "ED25519"),
      ("signing", "RSA-PSS -pkeyopt rsa_keygen_bits:2048"),
    ] {
      let shell = """
        set -e; cd "$1"
        openssl genpkey -algorithm \(kind) -out \(name).key 2>/dev/null
        openssl req -x509 -new -key \(name).key -subj /CN=\(name) -days 2 -out \(name).pem 2>/dev/null
        """
      let made = try await CommandProgram.run(["/bin/sh", "-c", shell, "sh", bench.place("")], other: true)
      #expect(made.status == 0, "\(made)")
    }
    try bench.put("text.pem", "not a certificate")
    let before = try await Self.state(bench)
    for (files, wrong, sentence) in [
      (["ed25519"], "ed25519", "RSA"), (["rsa", "ed25519"], "ed25519", "RSA"),
      (["signing", "rsa"], "signing", "EC"), (["rsa", "text"], "text", "certificate"),
    ] {
      let recipients = files.flatMap { ["--encrypt-to", bench.place("\($0).pem")] }
      let refused = try await bench.export("csv", recipients + Self.allow)
      #expect(refused.status == 65 && refused.output.isEmpty, "\(refused)")
      #expect(refused.errors.contains(bench.place("\(wrong).pem")), "\(refused)")
      #expect(refused.errors.contains(sentence) && !refused.errors.contains("partial"), "\(refused)")
      #expect(try await Self.state(bench) == before, "\(files)")
    }
    #expect(try await bench.run("export", "list", "WO-17", "--json").lines == [])
    let good = try await bench.export("csv", ["--encrypt-to", bench.place("rsa.pem")] + Self.allow)
    #expect(good.status == 0, "\(good)")
  }

  /// The settings' own profile, with this name for its file.
  private static func name(_ pattern: String, _ bench: ExportBench) throws {
    let text = try String(contentsOfFile: bench.bench.settings, encoding: .utf8)
      .replacing("    rows-per-file: 1000\n", with: "")
      .replacing("formula: refuse", with: "formula: raw")
      .replacing(#/file-name: "{batch}.*"/#, with: "file-name: \"\(pattern)\"")
    try text.write(toFile: bench.bench.settings, atomically: true, encoding: .utf8)
  }

  @Test(
    "a name that a file of the data cannot have is refused before the seal",
    arguments: [
      ("manifest", "{batch}.json", [], "manifest.json"),
      (String(repeating: "W", count: 64), "{batch}{batch}{batch}{batch}.csv", [], "too long"),
      ("WO-17", "{batch}-\(String(repeating: "x", count: 100)).csv", ["--tar"], "too long for a tar"),
    ] as [(String, String, [String], String)])
  func names(batch: String, pattern: String, words: [String], sentence: String) async throws {
    let bench = try await ExportBench(units: 3, batch: batch)
    try Self.name(pattern, bench)
    try await bench.close()
    try await bench.settle(3)
    let before = try await Self.state(bench)
    let refused = try await bench.export("vendor", words + Self.allow)
    #expect(refused.status == 65 && refused.errors.contains(sentence), "\(refused)")
    #expect(try await Self.state(bench) == before)
  }

  @Test func `two files of one name are none of a bundle`() throws {
    try ExportNames.check(["a.csv", "b/a.csv", "A.csv"], of: "WO-17")
    for names in [["a.csv", "b.csv", "a.csv"], ["checkpoint.txt"], ["Proofs.jsonl"]] {
      let fault = #expect(throws: Fault.self) { try ExportNames.check(names, of: "WO-17") }
      #expect(fault?.values["cause"] == "two files are named \(names.last ?? "")")
    }
  }

  @Test(
    "numbers that an export cannot have are not written",
    arguments: [
      (1, Int64.max), (Int.max, 1), (0, 1), (-1, 1), (1, 0), (1, Int64.min), (Int.min, Int64.min), (2, 1),
    ] as [(Int, Int64)])
  func numbers(revision: Int, position: Int64) async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    try await ledger.append(ScratchLedger.draft(1, attempt: 1, ScratchLedger.identified(1)))
    let event = ExportEvent(
      batch: "WO-17", revision: revision, position: position,
      profile: try #require(ExportProfile.shipped("csv")), rows: 0, manifest: "", unregistered: nil)
    await #expect(throws: Fault.self) {
      try await ledger.append(JournalDraft(entry: .exported(event)))
    }
    #expect(try await ledger.lastRow()?.sequence == 1)
    try ledger.close()
  }
}
