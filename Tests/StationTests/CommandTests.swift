import Foundation
import Testing

@testable import Station

@Suite("The command line")
struct CommandTests {
  @Test func `--help of every verb ends well and shows an example`() async throws {
    var waiting: [[String]] = [[]]
    var seen: [[String]] = []
    while let words = waiting.popLast() {
      let answer = try await CommandProgram.run(words + ["--help"])
      #expect(answer.status == 0 && answer.output.contains("Examples:"), "\(words)")
      #expect(answer.output.contains((["station"] + words).joined(separator: " ")), "\(words)")
      seen.append(words)
      let below =
        answer.output.split(separator: "SUBCOMMANDS:\n").dropFirst().first?.split(separator: "\n") ?? []
      for line in below {
        guard line.hasPrefix("  "), let verb = line.split(separator: " ").first,
          // Below the list stands "See 'station help …'".
          line.dropFirst(2).first != " ", verb.first?.isLowercase == true
        else {
          continue
        }
        waiting.append(words + [String(verb)])
      }
    }
    #expect(
      Set(seen.filter { $0.count == 1 }.map { $0[0] }) == [
        "run", "provision", "slots", "demo", "simulate", "status", "units", "unit", "outbox", "sync", "ca",
        "aws", "batch", "claim", "hub", "lock", "key", "hold", "release", "scrap", "ship", "return", "recall",
        "rework", "adopt", "correct", "campaign", "badge", "report",
        "settings",
        "doctor", "ledger", "seal", "export", "sample", "benchmark",
      ])
    #expect(seen.contains(["slots", "teach"]) && seen.contains(["ledger", "restore"]) && seen.count >= 28)
  }

  @Test(
    "wrong arguments end with 64",
    arguments: [
      ["--nonsense"], ["dance"], ["units", "--limit", "0"], ["unit"], ["provision"],
      ["provision", "ttyUSB0"],
      ["outbox", "retry", "--reason", "r"], ["outbox", "retry", "--all"],
      ["outbox", "give-up", "--reason", "r"], ["claim", "--site", "s", "--user", "u"],
      ["claim", "S1", "--site", "s"],
      ["claim", "S1", "--site", "s", "--user", "u", "--move"], ["lock", "pack", "S1"],
      ["demo", "--hubs", "65"],
      ["ca", "init", "--name", "x"], ["status", "--as", "a b"],
    ])
  func wrongArguments(_ arguments: [String]) async throws {
    let answer = try await CommandProgram.run(arguments)
    #expect(answer.status == 64, "\(answer)")
    #expect(answer.output.isEmpty && !answer.errors.isEmpty)
  }

  @Test func `settings check says everything and ends with 78`() async throws {
    let bench = try await CommandBench()
    let good = try await CommandProgram.run(["settings", "check", bench.settings])
    #expect(good.status == 0 && good.output.contains("all values are good"), "\(good)")
    #expect(good.output.contains("not taught yet: A3"))
    let path = try bench.file(
      "wrong.yaml",
      SettingsExample.text.replacing("baud: 115200", with: "baud: 300").replacing(
        "region: eu", with: "region: EU"))
    let wrong = try await CommandProgram.run(["settings", "check"], environment: ["STATION_SETTINGS": path])
    #expect(wrong.status == 78 && wrong.output.isEmpty)
    #expect(wrong.errors.contains("models[1].baud = \"300\": write 9600 to 4000000."), "\(wrong.errors)")
    #expect(wrong.errors.contains("cloud.aws.region") && wrong.errors.contains("2 wrong values"))
    let json = try await CommandProgram.run(["settings", "check", path, "--json"])
    let problems = try json.errors.split(separator: "\n").map {
      try JSONDecoder().decode(SettingsProblem.self, from: Data($0.utf8))
    }
    #expect(json.status == 78 && problems.map(\.key) == ["models[1].baud", "cloud.aws.region"])
  }

  @Test func `settings example prints what settings check takes`() async throws {
    let example = try await CommandProgram.run(["settings", "example"])
    #expect(example.status == 0 && example.output == SettingsExample.text)
  }

  @Test func `reading verbs tell in text and in JSON`() async throws {
    let bench = try await CommandBench()
    let units = try await CommandProgram.run(["units", "--ledger", bench.ledger])
    #expect(units.status == 0 && units.lines.count == 3, "\(units)")
    #expect(
      units.output.contains("SPK00000002  HUB-2         failed ") && units.output.contains("check-outside"))
    let failed = try await CommandProgram.run([
      "units", "--settings", bench.settings, "--outcome", "failed", "--json",
    ])
    let lines = try failed.lines.map { try JSONDecoder().decode(UnitLine.self, from: Data($0.utf8)) }
    #expect(lines.map(\.serial.text) == ["SPK00000002"])

    let unit = try await CommandProgram.run(["unit", "spk00000001", "--ledger", bench.ledger])
    for part in [
      "Attempt 1 of 1: passed", "ON HOLD: Cloud has another Thing", "register-certificate  parked",
      "Decisions",
    ] {
      #expect(unit.output.contains(part), "\(unit.output)")
    }
    let story = try await CommandProgram.run(["unit", "SPK00000002", "--ledger", bench.ledger, "--json"])
    let told = try JSONDecoder().decode(UnitStory.self, from: Data(story.output.utf8))
    #expect(told.attempts.first?.fault == .checkOutside)
    #expect(told.attempts.first?.steps.map(\.step) == [.identify, .check])
    #expect(told.attempts.first?.steps.last?.sentence == "Check core gave 1.9, not 1.1 to 1.3 V.")

    let outbox = try await CommandProgram.run(["outbox", "--ledger", bench.ledger, "--json"])
    let entries = try outbox.lines.map { try JSONDecoder().decode(OutboxLine.self, from: Data($0.utf8)) }
    #expect(entries.map(\.state) == [.parked] && entries.first?.fault == .thingConflict)

    let status = try await CommandProgram.run(["status", "--ledger", bench.ledger, "--json"])
    let report = try JSONDecoder().decode(StationReport.self, from: Data(status.output.utf8))
    #expect(
      !report.live && report.outbox == ["parked": 1] && report.reasons == ["thing-conflict": 1], "\(status)")

    let verify = try await CommandProgram.run(["ledger", "verify", "--ledger", bench.ledger, "--json"])
    let verdict = try JSONDecoder().decode(LedgerVerdict.self, from: Data(verify.output.utf8))
    #expect(verify.status == 0 && verdict.good && verdict.head.count == 64)
  }

  @Test func `what is not there is said, and ends with 65`() async throws {
    let bench = try await CommandBench()
    let missing = try await CommandProgram.run([
      "units", "--ledger", bench.folder.appending(path: "none").path(),
    ])
    #expect(missing.status == 65 && missing.errors.contains("There is no ledger"), "\(missing)")
    let unknown = try await CommandProgram.run(["unit", "SPK9", "--ledger", bench.ledger, "--json"])
    let error =
      try JSONSerialization.jsonObject(with: Data(unknown.errors.utf8)) as? [String: [String: String]]
    #expect(unknown.status == 65 && error?["error"]?["code"] == "unit-unknown")
    let foreign = try bench.file("notes.txt", String(repeating: "not a database", count: 100))
    #expect(try await CommandProgram.run(["units", "--ledger", foreign]).status == 65)
  }

  @Test func `a reading verb works beside a station, a writing one is told who holds the ledger`()
    async throws
  {
    let bench = try await CommandBench()
    let station = try bench.open()
    #expect(try await CommandProgram.run(["units", "--ledger", bench.ledger]).status == 0)
    let rebuild = try await CommandProgram.run(["ledger", "rebuild", "--ledger", bench.ledger])
    #expect(rebuild.status == 69 && rebuild.errors.contains("Another station holds the ledger"), "\(rebuild)")
    try station.close()
    #expect(try await CommandProgram.run(["ledger", "rebuild", "--ledger", bench.ledger]).status == 0)
  }

  @Test func `outbox retry writes by itself when no station runs, with the badge and the reason`()
    async throws
  {
    let bench = try await CommandBench()
    let words = [
      "outbox", "retry", "--code", "thing-conflict", "--reason", "mended", "--as", "4711", "--ledger",
      bench.ledger,
    ]
    let dry = try await CommandProgram.run(words + ["--dry-run"])
    #expect(dry.status == 0 && dry.output.contains("1 entry would be sent back"), "\(dry)")
    let done = try await CommandProgram.run(words)
    #expect(done.status == 0 && done.output.contains("1 entry sent back to work"), "\(done)")
    let again = try await CommandProgram.run(words)
    #expect(again.status == 0 && again.output.contains("0 entries"))
    let reader = try Ledger.reading(path: bench.ledger)
    let rows = try await reader.rows(of: WallRows.hub(1))
    let released = try rows.filter { $0.kind == "outbox.released" }.map { ($0.actor, try $0.entry()) }
    #expect(released.map(\.0) == ["4711"])
    #expect(released.map(\.1) == [.released(entry: "entry-1", reason: "mended")])
    try reader.close()
  }

  @Test func `with a running station the verb goes through its door and writes nothing itself`() async throws
  {
    let bench = try await CommandBench()
    let station = try bench.open()
    let door = try DoorServer(besides: bench.ledger) { request, _ in
      guard request.verb == .outboxDecide, request.decision == .release, request.actor == "4711",
        request.code == .thingConflict
      else {
        return DoorAnswer(fault: Fault(.networkUnreachable, ["host": "door"]))
      }
      var answer = DoorAnswer()
      answer.entries = []
      return answer
    }
    let words = ["outbox", "retry", "--code", "thing-conflict", "--reason", "r", "--ledger", bench.ledger]
    let asked = try await CommandProgram.run(words + ["--as", "4711"])
    #expect(asked.status == 0 && asked.output.contains("0 entries sent back"), "\(asked)")
    let refused = try await CommandProgram.run(words + ["--as", "x", "--json"])
    #expect(refused.status == 69 && refused.errors.contains("\"code\":\"network-unreachable\""), "\(refused)")
    door.stop()
    try station.close()
  }

  @Test func `ca init makes an encrypted key once and never again`() async throws {
    let bench = try await CommandBench()
    let passphrase = try bench.file("pass", "correct horse battery\n")
    let (certificate, key) = (
      bench.folder.appending(path: "ca.pem").path(), bench.folder.appending(path: "ca.key").path()
    )
    let words = [
      "ca", "init", "--name", "Test issuing CA", "--certificate", certificate, "--key", key,
      "--passphrase-file", passphrase,
    ]
    let preview = try await CommandProgram.run(words + ["--dry-run"])
    #expect(preview.status == 0 && !FileManager.default.fileExists(atPath: key), "\(preview)")
    let made = try await CommandProgram.run(words + ["--json"])
    let story = try JSONDecoder().decode(CertificateStory.self, from: Data(made.output.utf8))
    #expect(made.status == 0 && story.subject?.contains("Test issuing CA") == true, "\(made)")
    #expect(try FileManager.default.attributesOfItem(atPath: key)[.posixPermissions] as? Int == 0o600)
    #expect(try String(contentsOfFile: key, encoding: .utf8).contains("BEGIN ENCRYPTED PRIVATE KEY"))
    let before = try Data(contentsOf: URL(filePath: key))
    #expect(try await CommandProgram.run(words).status == 73)
    #expect(try Data(contentsOf: URL(filePath: key)) == before)
    let show = try await CommandProgram.run(["ca", "show", "--certificate", certificate])
    #expect(show.status == 0 && show.output.contains(story.fingerprint))
    let open = try bench.file("open", "correct horse battery\n", mode: 0o644)
    let unsafe = try await CommandProgram.run([
      "ca", "init", "--name", "x", "--certificate", certificate + "2", "--key", key + "2",
      "--passphrase-file", open,
    ])
    #expect(unsafe.status == 77 && !unsafe.errors.contains("horse"), "\(unsafe)")
  }

  @Test func `slots teach changes one line of the settings`() async throws {
    let bench = try await CommandBench()
    let before = try String(contentsOfFile: bench.settings, encoding: .utf8).split(
      separator: "\n", omittingEmptySubsequences: false)
    let taught = try await CommandProgram.run([
      "slots", "teach", "A1", "--path", "pci-9:1.7", "--settings", bench.settings,
    ])
    #expect(taught.status == 0, "\(taught)")
    let added = try await CommandProgram.run([
      "slots", "teach", "A3", "--path", "pci-9:1.8", "--settings", bench.settings,
    ])
    #expect(added.status == 0, "\(added)")
    let after = try String(contentsOfFile: bench.settings, encoding: .utf8).split(
      separator: "\n", omittingEmptySubsequences: false)
    let difference = after.difference(from: before)
    #expect(difference.removals.count == 1 && difference.insertions.count == 2)
    let settings = try Settings.load(path: bench.settings)
    #expect(settings.slots.map(\.path) == ["pci-9:1.7", "pci-0000:00:14.0-usb-0:1.2:1.0", "pci-9:1.8"])
    let taken = try await CommandProgram.run([
      "slots", "teach", "A2", "--path", "pci-9:1.8", "--settings", bench.settings,
    ])
    #expect(taken.status == 65 && taken.errors.contains("is slot A3 already"), "\(taken)")
  }

  @Test func `doctor names what would stop the line`() async throws {
    let bench = try await CommandBench()
    let answer = try await CommandProgram.run(["doctor", "--settings", bench.settings, "--json"])
    let findings = try answer.lines.map { try JSONDecoder().decode(DoctorFinding.self, from: Data($0.utf8)) }
    #expect(answer.status == 78)
    #expect(
      findings.contains { $0.subject == "issuer" && $0.verdict == .bad && $0.text.contains("issuing-ca.pem") }
    )
    #expect(findings.contains { $0.subject == "ledger" && $0.verdict == .good })
    #expect(
      findings.contains {
        $0.subject == "cloud.networks, showroom: passphrase" && $0.verdict == .bad
          && $0.text == "/etc/station/showroom-passphrase is not there: write the secret into it, mode 0600"
      }, "\(findings.map(\.text))")
    #expect(findings.contains { $0.subject == "slots" && $0.verdict == .weak && $0.text.contains("A3") })
    #expect(findings.contains { $0.subject == "network" && $0.text.contains("api.example.com:443") })
  }
}

@Suite("Exit status")
struct ExitStatusTests {
  @Test("a fault of a hub ends with 1, and only that", arguments: FaultCode.allCases)
  func hubFaultsEndWithOne(_ code: FaultCode) {
    #expect((ExitStatus(Fault(code)) == .hubFailed) == (code.outcome == .failed))
    #expect(ExitStatus(Fault(code)) != .done)
  }

  @Test func `the station's trouble outweighs a hub's`() {
    #expect(ExitStatus(outcomes: [.passed: 5]) == .done)
    #expect(ExitStatus(outcomes: [.passed: 5, .failed: 1]) == .hubFailed)
    #expect(ExitStatus(outcomes: [.failed: 1, .errored: 1]) == .stationFailed)
  }
}
