import Foundation
import Testing

@testable import Station

@Suite("The verbs of the vendor's other calls")
struct VendorCommandTests {
  private static func run(_ bench: CommandBench, _ words: String...) async throws -> CommandProgram.Answer {
    try await CommandProgram.run(words + ["--settings", bench.settings, "--as", "4711"])
  }

  private static func kinds(_ bench: CommandBench) async throws -> [String] {
    let reader = try Ledger.reading(path: bench.ledger)
    defer { try? reader.close() }
    return try await reader.outboxEntries(OutboxFilter()).map(\.intent.kind.rawValue)
  }

  @Test func `a claim is shown, refused for a unit on hold, and written`() async throws {
    let bench = try await CommandBench()
    let claim = ["claim", "SPK00000001", "--site", "site-7", "--user", "user-3"]
    let held = try await CommandProgram.run(claim + ["--settings", bench.settings])
    #expect(held.status == 65 && held.errors.contains("on hold"), "\(held)")
    let unfinished = try await Self.run(bench, "claim", "SPK00000002", "--site", "s", "--user", "u")
    #expect(unfinished.status == 65 && unfinished.errors.contains("not finished"), "\(unfinished)")
    _ = try await Self.run(bench, "outbox", "retry", "--all", "--reason", "mended")
    let trial = try await CommandProgram.run(claim + ["--settings", bench.settings, "--dry-run"])
    #expect(trial.status == 0 && trial.output.contains("planned"), "\(trial)")
    #expect(try await Self.kinds(bench) == ["register-certificate"])
    let done = try await CommandProgram.run(claim + ["--settings", bench.settings, "--as", "4711"])
    #expect(done.status == 0 && done.output.contains("claim-hub"), "\(done)")
    #expect(try await Self.kinds(bench) == ["register-certificate", "claim-hub"])
    let empty = try await Self.run(bench, "claim", "SPK00000001", "--site", "", "--user", "u")
    #expect(empty.status == 65 && empty.errors.contains("siteId must be at least one character"), "\(empty)")

    let given = try await Self.run(
      bench, "outbox", "give-up", "--kind", "claim-hub", "--reason", "boxed", "--dry-run")
    #expect(
      given.output.contains("0 entries would be given up"), "what still moves is not given up: \(given)")
  }

  @Test func `claiming demands the key's organisation before anything is written`() async throws {
    let bench = try await CommandBench()
    _ = try await Self.run(bench, "outbox", "retry", "--all", "--reason", "mended")
    let text = try String(contentsOfFile: bench.settings, encoding: .utf8)
    #expect(text.contains("    org-id: org-1a2b3c4d\n"))
    let bare = try bench.file("bare.yaml", text.replacing("    org-id: org-1a2b3c4d\n", with: ""))
    let rows = { try await Ledger.reading(path: bench.ledger).lastRow()?.sequence }
    let before = try await rows()
    let customer = ["--site", "site-7", "--user", "user-3"]
    let order = ["batch", "open", "WO-9", "--model", "HUB-2", "--vendor", "Example", "--quantity", "3"]
    for verb in [order + customer, order + customer + ["--dry-run"], ["claim", "SPK00000001"] + customer] {
      let refused = try await CommandProgram.run(verb + ["--settings", bare])
      #expect(refused.status == 78, "\(verb): \(refused)")
      #expect(refused.errors.contains("cloud.vendor.org-id"), "\(refused)")
      #expect(refused.errors.split(separator: "\n").count == 1, "one sentence: \(refused.errors)")
    }
    let empty = try await CommandProgram.run(
      order + ["--site", "", "--user", "u", "--settings", bench.settings])
    #expect(empty.status != 0)
    #expect(try await rows() == before)
    // Another organisation is named where it is claimed; and who claims nothing needs none.
    for verb in [order + customer + ["--organisation", "org-9", "--dry-run"], order + ["--dry-run"]] {
      let planned = try await CommandProgram.run(verb + ["--settings", bare])
      #expect(planned.status == 0, "\(planned)")
    }
    let opened = try await CommandProgram.run(order + customer + ["--settings", bench.settings])
    #expect(opened.status == 0, "\(opened)")
  }

  @Test func `a passphrase is no argument, and an unknown network is named`() async throws {
    let bench = try await CommandBench()
    let secret = try await Self.run(
      bench, "hub", "command", "SPK00000001", "join", "--args", #"{"credentials": "horse"}"#)
    #expect(secret.status == 65 && secret.errors.contains("--network") && !secret.errors.contains("horse"))
    let network = try await Self.run(
      bench, "hub", "command", "SPK00000001", "set_wifi_credentials", "--network", "cellar")
    #expect(network.status == 65 && network.errors.contains("one of showroom"), "\(network)")
    let good = try await Self.run(
      bench, "hub", "command", "SPK00000001", "set_wifi_credentials", "--network", "showroom")
    #expect(good.status == 0 && good.errors.contains("stays readable"), "\(good)")
    #expect(try await Self.kinds(bench).last == "send-hub-command")
  }

  @Test func `locks are added, imported again without harm, packed and listed`() async throws {
    let bench = try await CommandBench()
    let uuid = "5a0e8f5e-94d2-4f0b-9a53-0f6f4b1f6c11"
    let wrong = try await Self.run(bench, "lock", "add", "7", "--index", "1", "--uuid", "x")
    #expect(wrong.status == 65 && wrong.errors.contains("uuid must be a UUID"), "\(wrong)")
    let added = try await Self.run(
      bench, "lock", "add", "7", "--index", "1", "--uuid", uuid, "--key", "k1:2:user-3", "--with",
      "SPK00000001")
    #expect(added.status == 0 && added.output.contains("create-lock"), "\(added)")
    let list = try bench.file(
      "locks.csv", "lock,index,uuid\n7,1,\(uuid)\n8,2,5a0e8f5e-94d2-4f0b-9a53-0f6f4b1f6c12\n")
    let trial = try await Self.run(bench, "lock", "import", list, "--dry-run")
    #expect(trial.output.contains("1 would be added, 1 known already"), "\(trial)")
    for added in ["1 added, 1 known", "0 added, 2 known"] {
      let imported = try await Self.run(bench, "lock", "import", list)
      #expect(imported.status == 0 && imported.output.contains(added), "\(imported)")
    }
    let bad = try bench.file(
      "bad.csv",
      "lock,index,uuid\n9,1,5a0e8f5e-94d2-4f0b-9a53-0f6f4b1f6c13\nten,1,5a0e8f5e-94d2-4f0b-9a53-0f6f4b1f6c14\n"
    )
    let refused = try await Self.run(bench, "lock", "import", bad)
    #expect(refused.status == 65 && refused.errors.contains("line 3: lock"), "\(refused)")
    let other = try bench.file("other.csv", "lock,index,uuid\n9,1,\(uuid)\n")
    let clash = try await Self.run(bench, "lock", "import", other)
    #expect(clash.status == 65 && clash.errors.contains("another lock"), "\(clash)")
    #expect(
      try await Self.run(bench, "lock", "list", "--json").lines.count == 2,
      "a bad list adds none of its locks")
    let twice = try await Self.run(bench, "lock", "pack", "SPK00000002", "8", "7")
    #expect(twice.status == 65 && twice.errors.contains("already in the box"), "\(twice)")
    let packed = try await Self.run(bench, "lock", "pack", "SPK00000001", "8")
    #expect(packed.output.contains("In the box of SPK00000001: 7 8"), "\(packed)")
    let taken = try await Self.run(bench, "lock", "unpack", "SPK00000001", "7")
    #expect(taken.output.contains("In the box of SPK00000001: 8"), "\(taken)")
    let story = try await Self.run(bench, "unit", "SPK00000001", "--json")
    let unit = try JSONDecoder().decode(UnitStory.self, from: Data(story.output.utf8))
    #expect(unit.kit.map(\.lock) == [8] && unit.kit[0].packed != nil)
    #expect(
      unit.holds.map { "\($0.word) \($0.text) \($0.actor)" }.suffix(3)
        == ["packed lock 7 4711", "packed lock 8 4711", "unpacked lock 7 4711"], "\(unit.holds)")
    let told = try await Self.run(bench, "unit", "SPK00000001")
    #expect(
      told.output.contains("In the box") && told.output.contains("94d2-4f0b-9a53-0f6f4b1f6c12"), "\(told)")
    let listed = try await Self.run(bench, "lock", "list", "--json")
    let lines = try listed.lines.map { try JSONDecoder().decode(LockLine.self, from: Data($0.utf8)) }
    #expect(lines.map(\.lock) == [7, 8] && lines.map(\.hub) == [nil, WallRows.hub(1)])
  }

  @Test func `a key is ordered, and only what is lost is sent again`() async throws {
    let bench = try await CommandBench()
    let long = try await Self.run(
      bench, "key", "issue", "--user", "u", "--org", "o", "--note", String(repeating: "n", count: 462))
    #expect(long.status == 65 && long.errors.contains("note must be at most 461"), "\(long)")
    let issued = try await Self.run(bench, "key", "issue", "--user", "user-3", "--org", "org-7")
    #expect(issued.status == 0, "\(issued)")
    let listed = try await Self.run(bench, "key", "list", "--json")
    let key = try JSONDecoder().decode(KeyRecord.self, from: Data(try #require(listed.lines.first).utf8))
    #expect(key.user == "user-3" && key.state == .owed && issued.output.contains(key.token))
    let early = try await Self.run(bench, "key", "resend", key.token, "--reason", "impatient")
    #expect(early.status == 65 && early.errors.contains("not parked"), "\(early)")
    let unknown = try await Self.run(bench, "key", "remove", key.token, "3", "--yes")
    #expect(unknown.status == 65 && unknown.errors.contains("not known yet"), "\(unknown)")

    let ledger = try bench.open()
    try await ledger.append(JournalDraft(entry: .sending(entry: key.token)))
    try await ledger.append(JournalDraft(entry: .parked(entry: key.token, Fault(.keyUnknown))))
    try ledger.close()
    let resent = try await Self.run(bench, "key", "resend", key.token, "--reason", "not in the list")
    #expect(resent.status == 0 && resent.output.contains("1 entry sent once more"), "\(resent)")
    #expect(try await Self.run(bench, "key", "list").output.contains("owed"))
  }
}
