import CertForge
import Foundation
import Testing

@testable import Station

@Suite("Proofs without the ledger, and the verbs of the seal")
struct UnitProofTests {
  @Test func `a proof is checked by us and by python, and nothing of it can be changed`() async throws {
    let bench = try SealBench(every: 100)
    try bench.fill(hubs: 1...60)
    let reader = try Ledger.reading(path: bench.scratch.path)
    let unit = try #require(try await reader.units(matching: "SPK10000023").first)
    let proof = try await reader.proof(of: unit)
    #expect(proof.rows.count == 8 && proof.unsealedRows == 0)
    #expect(proof.problem(trusted: [bench.key.verifier]) == nil)
    let file = bench.scratch.folder.appending(path: "proof.json")
    func python(_ proof: UnitProof) async throws -> String {
      try JSONEncoder().encode(proof).write(to: file)
      return try await SealBench.python("proof", file.path(), bench.key.verifier.description)
    }
    #expect(try await python(proof) == "good 8")
    let other = SealKey(station: "bench-1", key: try .generate()).verifier
    #expect(proof.problem(trusted: [other]) != nil)
    var changes: [UnitProof] = []
    func change(_ body: (inout UnitProof) -> Void) {
      var changed = proof
      body(&changed)
      changes.append(changed)
    }
    change { $0.rows[3].row.actor = "eve" }
    change { $0.rows[3].path[0][5] ^= 1 }
    change { $0.rows[3].path.removeLast() }
    change { $0.rows[2].row.seq += 1 }
    change { $0.checkpoint = $0.checkpoint.replacing("station/bench-1\n", with: "station/bench-2\n") }
    change { $0.key = other.description }
    change { $0.hub = ScratchLedger.hub(24) }
    for changed in changes {
      #expect(changed.problem(trusted: []) != nil)
      #expect(try await python(changed).hasPrefix("bad"))
    }
    change { $0.serial = "SPK10000024" }
    #expect(changes.last?.problem(trusted: []) == "its rows are of another serial")
  }

  @Test func `a proof that leaves out the rows with the serial proves none`() async throws {
    let bench = try SealBench(every: 100)
    try bench.fill(hubs: 1...60)
    let reader = try Ledger.reading(path: bench.scratch.path)
    var proof = try await reader.proof(
      of: try #require(try await reader.units(matching: "SPK10000023").first))
    proof.rows.removeAll { $0.row.body?.contains("SPK10000023") == true }
    proof.serial = "SPK99999999"
    #expect(proof.problem(trusted: [bench.key.verifier]) == "none of its rows names a serial")
  }

  @Test(arguments: [Int64.min, -1, 0, Int64.max])
  func `a row of no possible number is refused`(sequence: Int64) async throws {
    let bench = try SealBench(every: 100)
    try bench.fill(hubs: 1...60)
    let reader = try Ledger.reading(path: bench.scratch.path)
    var proof = try await reader.proof(
      of: try #require(try await reader.units(matching: "SPK10000023").first))
    var row = try #require(proof.rows[0].row.row)
    row.sequence = sequence
    row.hash = JournalHash.of(row)
    proof.rows[0].row = RecordLine(row)
    #expect(
      proof.problem(trusted: [bench.key.verifier])
        == "row \(sequence) is not among those that were sealed")
  }

  @Test func `key, seal, show, verify and prove, as a shell calls them`() async throws {
    let bench = try await CommandBench()
    let place = ["--settings", bench.settings]
    func run(_ words: String...) async throws -> CommandProgram.Answer {
      try await CommandProgram.run(words + place)
    }
    #expect(try await run("seal", "show").status == 65)
    let key = try await run("seal", "key")
    #expect(key.status == 0 && key.output.hasPrefix("station/line-1+"), "\(key)")
    let now = try await run("seal", "now")
    let shown = try await run("seal", "show")
    #expect(
      now.status == 0 && now.output == shown.output && now.output.hasPrefix("station/line-1\n"), "\(now)")
    let checkpoint = try bench.file("checkpoint.txt", now.output)
    let keyFile = try bench.file("key.txt", key.output)
    let words = ["ledger", "verify", "--against", checkpoint, "--key", keyFile]
    let good = try await CommandProgram.run(words + place)
    #expect(good.status == 0 && good.output.contains("1 seals; the newest is over rows 1 to"), "\(good)")
    let proof = try await run("ledger", "prove", "SPK00000001")
    let file = try bench.file("proof.json", proof.output)
    let checked = try await CommandProgram.run(["ledger", "prove", "--check", file, "--key", keyFile])
    #expect(checked.status == 0 && checked.output.contains("of SPK00000001 are in the record"), "\(checked)")
    let altered = try bench.file(
      "altered.json", proof.output.replacing("\"actor\":\"", with: "\"actor\":\"x"))
    #expect(try await CommandProgram.run(["ledger", "prove", "--check", altered]).status == 1)
    #expect(try await run("ledger", "prove", "SPK99999999").status == 65)
    let wrong = try await run("ledger", "verify", "--against", bench.settings)
    #expect(wrong.status == 65 && wrong.errors.contains("is not a checkpoint"), "\(wrong)")
    // One actor changed: named, with exit status 1.
    let stranger = try GRDBStranger(bench.ledger)
    try stranger.run("DROP TRIGGER journal_never_changes; UPDATE journal SET actor = 'eve' WHERE seq = 3")
    let bad = try await CommandProgram.run(words + place + ["--json"])
    #expect(bad.status == 1 && bad.output.contains("\"brokenRow\":3"), "\(bad)")
  }
}
