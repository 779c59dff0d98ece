import Foundation
import Testing

@testable import Station

/// Which locks went into the box with which hub, in what is handed to the customer.
@Suite("Kits in exports")
struct ExportKitTests {
  private static let allow = ["--allow-unregistered", "--reason", "tried"]

  private static func add(_ lock: Lock, _ bench: ExportBench) async throws {
    try await bench.change { ledger in
      _ = try await Owing(journal: ledger, clock: SystemClock(), randomness: SystemRandomness())
        .owe([.createLock(lock)], actor: "packer")
    }
  }

  private static func lock(_ id: Int64, serial: String? = nil) -> Lock {
    var lock = Lock.sample(id)
    lock.serial = serial
    return lock
  }

  private static func move(_ entries: [(JournalEntry, Int)], _ bench: ExportBench) async throws {
    try await bench.change { ledger in
      for (entry, hub) in entries {
        try await ledger.append(JournalDraft(actor: "packer", hub: ScratchLedger.hub(hub), entry: entry))
      }
    }
  }

  /// A new folder with the export in it, and the unit's cells by title.
  private static func export(
    _ bench: ExportBench, _ to: String, profile: String = "csv", _ more: [String] = allow
  ) async throws -> String {
    try FileManager.default.createDirectory(atPath: bench.place(to), withIntermediateDirectories: true)
    let made = try await CommandProgram.run(
      ["export", "WO-17", "--profile", profile, "--to", bench.place(to), "--settings", bench.bench.settings]
        + more)
    #expect(made.status == 0, "\(made)")
    let names = try FileManager.default.contentsOfDirectory(atPath: bench.place(to))
    return bench.place("\(to)/\(try #require(names.first { $0.hasSuffix("-\(profile)") }))")
  }

  private static func lines(_ folder: String, _ name: String) throws -> [String] {
    try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8).split(whereSeparator: \.isNewline).map(
      String.init)
  }

  @Test func `locks of a box stand in the table, the sheet and the JSON lines, and python agrees`()
    async throws
  {
    let bench = try await ExportBench(units: 4)
    for lock in [Self.lock(1201, serial: "L-1"), Self.lock(99, serial: nil), Self.lock(7, serial: "=L,7")] {
      try await Self.add(lock, bench)
    }
    try await Self.move([(.packed(lock: 1201), 2), (.packed(lock: 99), 2), (.packed(lock: 7), 3)], bench)
    #expect(try await bench.run("batch", "close", "WO-17", "--reason", "packed").status == 0)
    let table = try await Self.export(bench, "a")
    let rows = try Self.lines(table, "WO-17-r1.csv")
    #expect(rows[0].hasSuffix(",operator,lock-count,lock-ids,lock-serials"))
    #expect(rows[1].hasSuffix(",0,,") && rows[2].hasSuffix(",2,99 1201,? L-1"), "\(rows)")
    #expect(rows[3].hasSuffix(#",1,7,"=L,7""#))
    let sheet = try await Self.export(bench, "b", profile: "excel")
    #expect(try Self.lines(sheet, "WO-17-r1-excel.csv")[3].hasSuffix(#","1","7","'=L,7""#))
    let lined = try await Self.export(bench, "c", profile: "jsonl")
    let objects = try Self.lines(lined, "WO-17-r1.jsonl").map { JSONValue(parsing: Array($0.utf8)) }
    #expect(objects[0]?["locks"] == .list([]))
    let kit = try #require(objects[1]?["locks"])
    guard case .list(let items) = kit else { throw Fault(.ledgerCorrupt) }
    #expect(items.map { $0["id"] } == [.integer(99), .integer(1201)])
    #expect(items[0]["serial"] == .null && items[1]["uuid"] == .text(Lock.sample(1201).uuid.lowercased()))
    for folder in [table, sheet, lined] {
      #expect(try await OraclePython.run("export_oracle.py", [folder, bench.bench.ledger]) == "good 4")
    }
  }

  /// Every revision is made again after the boxes were packed anew, and has the bytes that it had.
  @Test func `a kit that is packed later is the next revision, and the earlier ones keep their bytes`()
    async throws
  {
    let bench = try await ExportBench(units: 5)
    for id in [11, 12] as [Int64] { try await Self.add(Self.lock(id, serial: "OLD-\(id)"), bench) }
    try await Self.move([(.packed(lock: 11), 1)], bench)
    #expect(try await bench.run("batch", "close", "WO-17", "--reason", "packed").status == 0)
    var kept: [Int: [String: Data]] = [:]
    kept[1] = try bench.contents(try await Self.export(bench, "r1"))
    // From box to box, and through one that is not exported in between.
    try await Self.move([(.unpacked(lock: 11), 1), (.packed(lock: 11), 2), (.packed(lock: 12), 1)], bench)
    let second = try await Self.export(bench, "r2")
    kept[2] = try bench.contents(second)
    let changes = try Self.lines(second, "delta.jsonl")
    #expect(
      changes.count == 2 && changes[0].contains(#""lock-ids":"12""#)
        && changes[0].contains(#""lock-ids":"11""#))
    // The number is given up and given to another lock, which goes into the same box.
    try await Self.move([(.unpacked(lock: 12), 1)], bench)
    try await bench.change { ledger in
      let old = try await ledger.outboxEntries(OutboxFilter(subject: "lock 12"))
      try await ledger.append(
        JournalDraft(entry: .givenUp(entry: old[0].intent.entry, reason: "typed wrongly")))
    }
    var other = Self.lock(12, serial: "NEW-12")
    other.uuid = "11111111-2222-4333-8444-555555555555"
    try await Self.add(other, bench)
    try await Self.move(
      [
        (.packed(lock: 12), 2), (.unpacked(lock: 11), 2), (.packed(lock: 11), 3), (.unpacked(lock: 12), 2),
        (.packed(lock: 12), 1),
      ],
      bench)
    kept[3] = try bench.contents(try await Self.export(bench, "r3"))
    #expect(try Self.lines(bench.place("r3/WO-17-r3-csv"), "WO-17-r3.csv")[1].hasSuffix(",1,12,NEW-12"))
    // Every unit gets a newer row: from here on all three revisions are replays.
    try await Self.move((1...5).map { (.held(Fault(.serialDuplicate)), $0) }, bench)
    for revision in 1...3 {
      let again = try await Self.export(bench, "again-\(revision)", ["--revision", "\(revision)"])
      #expect(try bench.contents(again) == kept[revision], "revision \(revision)")
      #expect(kept[revision]?.count ?? 0 >= 8)
    }
    #expect(try await bench.run("ledger", "verify").status == 0)
  }
}
