import Foundation
import Testing

@testable import Station

@Suite("ledger backup and restore, as a shell calls them")
struct LedgerCommandTests {
  @Test func `a backup beside a running station, a preview, a refusal, and a restore`() async throws {
    let bench = try await CommandBench()
    let station = try bench.open()
    let made = try await CommandProgram.run(["ledger", "backup", "--ledger", bench.ledger, "--json"])
    let backup = try JSONDecoder().decode(BackupResult.self, from: Data(made.output.utf8))
    #expect(made.status == 0 && backup.rows > 5 && backup.units == 2, "\(made)")
    #expect(backup.backup.hasSuffix(".manual.sqlite") && backup.backup.contains("/backups/line-1-"))
    let words = ["ledger", "restore", backup.backup, "--ledger", bench.ledger]
    let refused = try await CommandProgram.run(words + ["--yes"])
    #expect(refused.status == 69 && refused.errors.contains("Another station holds the ledger"), "\(refused)")
    try await station.append(JournalDraft(entry: .stationStopped(reason: "test")))
    try station.close()
    let preview = try await CommandProgram.run(words)
    #expect(preview.status == 0 && preview.output.contains("Nothing was done."), "\(preview)")
    #expect(preview.output.contains("1 rows would be taken from the ledger"))
    #expect(preview.output.contains("lost          nothing"))
    let done = try await CommandProgram.run(words + ["--yes", "--as", "4711", "--json"])
    let restored = try JSONDecoder().decode(RestorePreview.self, from: Data(done.output.utf8))
    #expect(done.status == 0 && restored.done && restored.lost == 0 && restored.fromLedger == 1, "\(done)")
    #expect(try await CommandProgram.run(["ledger", "verify", "--ledger", bench.ledger]).status == 0)
    let reader = try Ledger.reading(path: bench.ledger)
    let last = try #require(try await reader.lastRow())
    #expect(last.kind == "ledger.restored" && last.actor == "4711" && last.sequence == backup.rows + 2)
    try reader.close()
  }

  @Test func `a backup goes where it is told to, and nowhere twice`() async throws {
    let bench = try await CommandBench()
    let file = bench.folder.appending(path: "copy.sqlite").path(percentEncoded: false)
    let words = ["ledger", "backup", "--ledger", bench.ledger, "--to"]
    let first = try await CommandProgram.run(words + [file])
    #expect(first.status == 0 && first.lines.first == file && first.output.contains("verified"), "\(first)")
    let second = try await CommandProgram.run(words + [file])
    #expect(second.status == 73 && second.errors.contains("nothing is overwritten"), "\(second)")
    let nowhere = try await CommandProgram.run(words + [file + "/none/"])
    #expect(nowhere.status == 73 && nowhere.errors.contains("There is no folder"), "\(nowhere)")
    let garbage = try bench.file("notes.sqlite", String(repeating: "not a ledger", count: 500))
    let wrong = try await CommandProgram.run(["ledger", "restore", garbage, "--ledger", bench.ledger])
    #expect(wrong.status == 65 && wrong.errors.contains("is no good backup"), "\(wrong)")
  }

  @Test func `a second copy that cannot be read is not left out by accident`() async throws {
    let bench = try await CommandBench()
    let made = try await CommandProgram.run([
      "ledger", "backup", "--settings", bench.settings, "--to", "/tmp", "--json",
    ])
    let backup = try JSONDecoder().decode(BackupResult.self, from: Data(made.output.utf8))
    defer { try? FileManager.default.removeItem(atPath: backup.backup) }
    // The example's record folder is not mounted here.
    let words = ["ledger", "restore", backup.backup, "--settings", bench.settings]
    let away = try await CommandProgram.run(words + ["--yes"])
    #expect(away.status == 69 && away.errors.contains("Second copy"), "\(away)")
    let without = try await CommandProgram.run(words + ["--without-record"])
    #expect(without.status == 0 && without.output.contains("Nothing was done"), "\(without)")
  }

  @Test func `a hub whose rows are not sealed yet is told with what to do, to the end of the sentence`()
    async throws
  {
    let bench = try await CommandBench()
    let answer = try await CommandProgram.run(["ledger", "prove", "SPK00000001", "--ledger", bench.ledger])
    #expect(answer.output.isEmpty)
    #expect(
      answer.errors
        == "station: No proof of SPK00000001: there is no seal yet: `station seal now` makes one.\n")
  }
}
