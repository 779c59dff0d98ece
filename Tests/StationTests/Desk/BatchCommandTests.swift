import Foundation
import Testing

@testable import Station

@Suite("batch, as a shell calls it")
struct BatchCommandTests {
  @Test func `opened, shown, changed and closed without a running station`() async throws {
    let bench = try await CommandBench()
    let words = ["--settings", bench.settings, "--as", "4711"]
    let open = [
      "batch", "open", "WO-17", "--model", "HUB-2", "--vendor", "Example Ltd", "--first", "SPK00000100",
      "--last",
      "SPK00000124", "--quantity", "20", "--slot", "A1", "--site", "site-1", "--user", "user-1",
    ]
    let planned = try await CommandProgram.run(open + ["--dry-run"] + words)
    #expect(planned.status == 0 && planned.output.contains("nothing was written"), "\(planned)")
    let opened = try await CommandProgram.run(open + words)
    #expect(opened.status == 0 && opened.output.contains("WO-17  open  0 of 20 passed"), "\(opened)")
    let again = try await CommandProgram.run(open + words)
    #expect(again.status == 65 && again.errors.contains("There is a batch WO-17 already."), "\(again)")
    let overlap = try await CommandProgram.run(
      [
        "batch", "open", "WO-18", "--model", "HUB-2", "--vendor", "V", "--first", "SPK00000124", "--last",
        "SPK00000200", "--slot", "A2",
      ] + words)
    #expect(
      overlap.status == 65 && overlap.errors.contains("SPK00000124 belongs to batch WO-17"), "\(overlap)")
    // A spare without a serial could never be made.
    for words in [
      ["batch", "change", "WO-17", "--over", "6", "--reason", "r"] + words,
      [
        "batch", "open", "WO-18", "--model", "HUB-2", "--vendor", "V", "--slot", "A2", "--over", "1",
        "--first", "SPK00000200", "--last", "SPK00000219",
      ] + words,
    ] {
      let short = try await CommandProgram.run(words)
      #expect(short.status == 65 && short.errors.contains("Spares need serials too"), "\(short)")
    }
    let changed = try await CommandProgram.run(
      ["batch", "change", "WO-17", "--over", "3", "--slot", "A2", "--reason", "r", "--json"] + words)
    let line = try JSONDecoder().decode(BatchLine.self, from: Data(changed.output.utf8))
    #expect(line.over == 3 && line.slots == [SlotName("A2")!] && line.openedBy == "4711")
    #expect(line.customer == Customer(site: "site-1", user: "user-1"))
    let closed = try await CommandProgram.run(["batch", "close", "WO-17", "--reason", "all packed"] + words)
    #expect(closed.status == 0 && closed.output.contains("20 fewer than planned"), "\(closed)")
    let late = try await CommandProgram.run(["batch", "close", "WO-17", "--reason", "again"] + words)
    #expect(late.status == 65 && late.errors.contains("Batch WO-17 is closed"), "\(late)")
    let list = try await CommandProgram.run(["batch"] + words)
    #expect(list.lines.count == 2 && list.lines[1].hasPrefix("WO-17  closed"), "\(list)")
    #expect(try await CommandProgram.run(["ledger", "verify", "--ledger", bench.ledger]).status == 0)
  }

  @Test func `what cannot be is said and changes nothing`() async throws {
    let bench = try await CommandBench()
    let words = ["--settings", bench.settings]
    func refused(_ arguments: [String], _ status: Int32, _ sentence: String) async throws {
      let answer = try await CommandProgram.run(arguments + words)
      #expect(
        answer.status == status && answer.errors.contains(sentence) && answer.output.isEmpty, "\(answer)")
    }
    let open = ["batch", "open", "WO-1", "--vendor", "V", "--model"]
    try await refused(open + ["HUB-9", "--quantity", "1"], 65, "There is no model HUB-9. The settings have")
    try await refused(open + ["HUB-2", "--quantity", "1", "--slot", "Z9"], 65, "There is no slot Z9.")
    try await refused(open + ["HUB-2", "--quantity", "0"], 65, "the quantity is 1 to")
    try await refused(open + ["HUB-2"], 64, "Name --quantity, or the serials.")
    try await refused(open + ["HUB-2", "--first", "SPK00000009", "--last", "SPK00000001"], 65, "is no range")
    try await refused(
      open + ["HUB-2", "--first", "nonsense", "--last", "SPK00000001"], 65,
      "The batch cannot be: --first nonsense breaks the serial rule of HUB-2.")
    let empty = try bench.file("empty.csv", "")
    try await refused(open + ["HUB-2", "--serials", empty], 65, "the file is empty")
    let list = try bench.file("order.csv", "\u{FEFF}serial\r\nSPK00000001\r\nSPK1\r\n")
    try await refused(open + ["HUB-2", "--serials", list], 65, "line 3 has no good serial")
    try await refused(open + ["HUB-2", "--serials", list + "x"], 65, "is not there or may not be read")
    try await refused(["batch", "show", "WO-9"], 65, "There is no batch WO-9.")
    try await refused(["batch", "close", "WO-9", "--reason", "r"], 65, "There is no batch WO-9.")
    #expect(
      try await CommandProgram.run(["batch"] + words).output
        == "No batches: the station works without work orders.\n")
  }

  @Test func `a batch goes to slots that the settings have, where there are settings`() async throws {
    let bench = try await CommandBench()
    let settings = ["--settings", bench.settings]
    let open = ["batch", "open", "WO-1", "--model", "HUB-2", "--vendor", "V", "--quantity", "5"]
    #expect(try await CommandProgram.run(open + settings).status == 0)
    let change = ["batch", "change", "WO-1", "--reason", "r", "--slot"]
    let before = try await Self.kinds(bench)
    for words in [settings, settings + ["--dry-run"], settings + ["--ledger", bench.ledger]] {
      let refused = try await CommandProgram.run(change + ["A1", "--slot", "Z9"] + words)
      #expect(
        refused.status == 65 && refused.errors.contains("There is no slot Z9. The settings have A1, A2, A3."),
        "\(refused)")
    }
    #expect(try await Self.kinds(bench) == before)
    for slot in ["all", "A2"] {
      #expect(try await CommandProgram.run(change + [slot] + settings).status == 0)
    }
    let bare = try await CommandProgram.run(change + ["Z9", "--ledger", bench.ledger])
    #expect(bare.status == 0 && bare.output.contains("Z9"), "\(bare)")
  }

  /// Kinds of all rows, oldest first.
  private static func kinds(_ bench: CommandBench) async throws -> [String] {
    let reader = try Ledger.reading(path: bench.ledger)
    defer { try? reader.close() }
    return try await reader.rows(after: 0, limit: 10_000).map(\.kind)
  }

  /// What a killed station leaves: two batches with a hub on the bench each, and a hub that nobody knows yet.
  private static func kill(_ bench: CommandBench) async throws {
    let ledger = try bench.open()
    let desk = BatchDesk(ledger: ledger, actor: "4711")
    for (number, (id, slot)) in zip(11..., [("WO-1", "A1"), ("WO-2", "A2")]) {
      var order = Batch(id: try #require(BatchID(id)), model: "HUB-2", vendor: "V", planned: 5)
      order.slots = SlotName(slot).map { [$0] }
      _ = try await desk.open(order, reason: nil)
      guard case .done(.identified(var found)) = ScratchLedger.identified(number) else { continue }
      found.batch = order.id
      try await ledger.append(
        ScratchLedger.draft(nil, attempt: number, slot: slot, .opened(device: "/dev/ttyUSB0")))
      try await ledger.append(
        ScratchLedger.draft(number, attempt: number, slot: slot, .done(.identified(found))))
    }
    try await ledger.append(
      ScratchLedger.draft(nil, attempt: 13, slot: "A3", .opened(device: "/dev/ttyUSB2")))
    try ledger.close()
  }

  @Test func `closing ends the attempts that a killed station left in the batch, and a refusal none`()
    async throws
  {
    let bench = try await CommandBench()
    try await Self.kill(bench)
    let words = ["--settings", bench.settings]
    var before = try await Self.kinds(bench)
    let unknown = try await CommandProgram.run(
      ["batch", "close", "WO-UNKNOWN", "--reason", "typo"] + words)
    #expect(unknown.status == 65 && unknown.errors.contains("There is no batch WO-UNKNOWN."), "\(unknown)")
    #expect(try await Self.kinds(bench) == before)
    let close = ["batch", "close", "WO-1", "--reason", "all packed"] + words
    let planned = try await CommandProgram.run(close + ["--dry-run"])
    #expect(planned.status == 0 && planned.output.contains("nothing was written"), "\(planned)")
    #expect(try await Self.kinds(bench) == before)
    let closed = try await CommandProgram.run(close)
    #expect(closed.status == 0, "\(closed)")
    var after = try await Self.kinds(bench)
    #expect(after.dropFirst(before.count) == ["attempt.closed", "batch.closed", "ledger.sealed"])
    let reader = try Ledger.reading(path: bench.ledger)
    #expect(try await reader.openAttempts().map(\.attempt.text) == ["attempt-12", "attempt-13"])
    #expect(try await reader.attempts(of: ScratchLedger.hub(11)).map(\.outcome) == [.aborted])
    try reader.close()
    before = after
    let late = try await CommandProgram.run(close)
    #expect(late.status == 65 && late.errors.contains("Batch WO-1 is closed"), "\(late)")
    after = try await Self.kinds(bench)
    #expect(after == before)
    #expect(try await CommandProgram.run(["ledger", "verify", "--ledger", bench.ledger]).status == 0)
  }
}
