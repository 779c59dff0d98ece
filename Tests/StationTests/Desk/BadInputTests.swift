import Foundation
import Testing

@testable import Station

/// What a clerk can hand over wrongly, as a shell calls it: each time one sentence that says where and what, and nothing
/// has changed.
@Suite("Bad input")
struct BadInputTests {
  private static let model = ["--model", "HUB-2", "--vendor", "V"]

  private static func rows(_ bench: CommandBench) async throws -> Int64? {
    let reader = try Ledger.reading(path: bench.ledger)
    defer { try? reader.close() }
    return try await reader.lastRow()?.sequence
  }

  @Test(
    "a list of a hundred thousand lines with one bad one",
    arguments: zip(["\n", "\r\n"], ["", "\u{FEFF}"]))
  func longList(newline: String, mark: String) async throws {
    let bench = try await CommandBench()
    let before = try await Self.rows(bench)
    var lines = ["serial"] + (1...99_999).map { "SPK" + String(format: "%08d", 100_000 + $0) }
    func open(_ more: [String] = []) async throws -> CommandProgram.Answer {
      let file = try bench.file("order.csv", mark + lines.joined(separator: newline) + newline)
      return try await CommandProgram.run(
        ["batch", "open", "WO-1", "--serials", file, "--settings", bench.settings] + Self.model + more)
    }
    let good = lines[77_776]
    var wrong = [("SPK7777", "line 77777 has no good serial: \"SPK7777\"")]
    if mark != "" {
      wrong.append((lines[5], "line 77777 repeats the serial \(lines[5]) of line 6"))
      wrong.append(("\"" + good, "line 77777 opens a quote that is never closed"))
    }
    for (bad, words) in wrong {
      lines[77_776] = bad
      let refused = try await open()
      #expect(refused.status == 65 && refused.errors.contains(words) && refused.output.isEmpty, "\(refused)")
      #expect(refused.errors.contains("order.csv"), "\(refused)")
    }
    #expect(try await Self.rows(bench) == before)
    lines[77_776] = good
    let planned = try await open(["--dry-run"])
    #expect(planned.status == 0 && planned.output.contains("nothing was written"), "\(planned)")
    #expect(try await Self.rows(bench) == before)
  }

  @Test func `an unknown batch, a closed one, ranges that overlap`() async throws {
    let bench = try await CommandBench()
    let settings = ["--settings", bench.settings]
    let open = ["batch", "open", "--first", "SPK00000100", "--last", "SPK00000119"] + Self.model
    let later = ["batch", "open", "WO-0", "--quantity", "1", "--slot", "A2"] + Self.model
    for words in [
      open + ["WO-1", "--slot", "A1"], later, ["batch", "close", "WO-0", "--reason", "done"],
    ] { #expect(try await CommandProgram.run(words + settings).status == 0) }
    let before = try await Self.rows(bench)
    let list = try bench.file("order.csv", "\u{FEFF}serial;name\r\nSPK00000200;a\r\nSPK00000119;b\r\n")
    for (words, sentence) in [
      (["batch", "show", "WO-9"], "There is no batch WO-9."),
      (["batch", "change", "WO-9", "--over", "1", "--reason", "r"], "There is no batch WO-9."),
      (["batch", "close", "WO-9", "--reason", "r"], "There is no batch WO-9."),
      (["export", "WO-9"], "There is no batch WO-9."),
      (["export", "list", "WO-9"], "There is no batch WO-9."),
      (["sample", "WO-9", "--aql", "1.0"], "There is no batch WO-9."),
      (["report", "--batch", "WO-9"], "There is no batch WO-9."),
      (
        ["campaign", "start", "RC-1", "--act", "hold", "--batch", "WO-9", "--reason", "r", "--dry-run"],
        "There is no batch WO-9."
      ),
      (["batch", "change", "WO-0", "--over", "1", "--reason", "r"], "Batch WO-0 is closed"),
      (["batch", "close", "WO-0", "--reason", "r"], "Batch WO-0 is closed"),
      (open + ["WO-1"], "There is a batch WO-1 already."),
      (
        ["batch", "open", "WO-2", "--slot", "A2", "--first", "SPK00000110", "--last", "SPK00000150"]
          + Self.model,
        "SPK00000110 to SPK00000119 belongs to batch WO-1"
      ),
      (
        ["batch", "open", "WO-2", "--slot", "A2", "--serials", list] + Self.model,
        "SPK00000119 belongs to batch WO-1"
      ),
    ] {
      let refused = try await CommandProgram.run(words + settings)
      #expect(
        refused.status == 65 && refused.errors.contains(sentence) && refused.output.isEmpty,
        "\(words): \(refused)")
      #expect(try await Self.rows(bench) == before, "\(words)")
    }
  }

  @Test func `a reason of blanks is none, whoever asks for it`() async throws {
    let bench = try await CommandBench()
    let before = try await Self.rows(bench)
    for words in [
      ["hold", "SPK00000001"], ["correct", "1"], ["outbox", "retry", "--all"],
      ["outbox", "give-up", "--entry", "e"],
      ["batch", "close", "WO-1"], ["batch", "change", "WO-1", "--over", "1"],
      ["batch", "open", "WO-1", "--quantity", "1"] + Self.model, ["rework", "SPK00000001"],
      ["campaign", "start", "RC-1", "--act", "hold", "--on-hold"], ["key", "resend", "token"],
      ["claim", "SPK00000001", "--site", "s", "--user", "u", "--move"],
      ["export", "WO-1", "--allow-unregistered"],
    ] {
      let refused = try await CommandProgram.run(words + ["--reason", " \t", "--settings", bench.settings])
      #expect(refused.status == 64 && refused.errors.contains("and not blanks only"), "\(words): \(refused)")
    }
    #expect(try await Self.rows(bench) == before)
  }

  @Test func `a profile with a column that there is not`() async throws {
    let bench = try await ExportBench(units: 1)
    try await bench.close()
    let before = try await Self.rows(bench.bench)
    let text = try String(contentsOfFile: bench.bench.settings, encoding: .utf8)
    let wrong = try bench.bench.file(
      "wrong.yaml", text.replacing("[serial=Serial No., mac=MAC, certificate-id]", with: "[serial, macc]"))
    let refused = try await CommandProgram.run([
      "export", "WO-17", "--profile", "vendor", "--to", bench.place(""), "--settings", wrong,
    ])
    #expect(refused.status == 78 && refused.errors.contains("exports[1].columns[2]"), "\(refused)")
    #expect(
      refused.errors.contains("did you mean `mac`?") && refused.errors.contains("wrong.yaml"), "\(refused)")
    #expect(try await Self.rows(bench.bench) == before)
  }

  @Test("a row that there cannot be", arguments: [Int64.min, -1, 0, 99_999, Int64.max])
  func row(number: Int64) async throws {
    let bench = try await CommandBench()
    let before = try await Self.rows(bench)
    let refused = try await CommandProgram.run([
      "correct", "--reason", "x", "--ledger", bench.ledger, "--", String(number),
    ])
    #expect(refused.status == 65 && refused.errors.contains("there is no such row"), "\(refused)")
    #expect(try await Self.rows(bench) == before)
  }
}
