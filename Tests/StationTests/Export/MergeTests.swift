import Foundation
import GRDB
import Testing

@testable import Station

@Suite("Several stations' records in one")
struct MergeTests {
  private static func drafts(_ number: Int, certificate: Int, serial: String? = nil) -> [JournalDraft] {
    [
      .opened(device: "/dev/ttyUSB0"), ScratchLedger.identified(number, serial: serial),
      ScratchLedger.passed(number, certificate: certificate), .closed(.passed, nil),
    ].map { ScratchLedger.draft(number, attempt: certificate, $0) }
  }

  private static func station(_ name: String, _ drafts: [JournalDraft], start: Int64 = 0) throws
    -> ScratchLedger
  {
    let scratch = try ScratchLedger()
    scratch.clock.set(Timestamp(milliseconds: 1_790_000_000_000 + start))
    let key = try SealKey.openOrMake(SealKey.path(besides: scratch.path), station: name)
    let ledger = try scratch.open(station: name, sealer: Sealer(key: key, every: 20))
    for draft in drafts { _ = try ledger.appendNow(AppendRequest(draft)) }
    _ = try ledger.appendNow(AppendRequest(JournalDraft(entry: .stationStopped(reason: "test"))))
    try ledger.close()
    return scratch
  }

  private static func merge(_ paths: [String], _ scratch: ScratchLedger, trusted: [VerifierKey] = []) throws
    -> (String, LedgerMerge.Result)
  {
    let target = scratch.folder.appending(path: "plant-\(UUID().uuidString).sqlite").path()
    return (
      target,
      try LedgerMerge.make(
        of: paths, to: target, trusted: trusted, actor: "qa", clock: scratch.clock,
        versions: StationStart(version: "1", settings: "s"))
    )
  }

  @Test func `two stations become one ledger in the order of their times, which verifies and can be asked`()
    async throws
  {
    let one = try Self.station("line-1", (1...10).flatMap { Self.drafts($0, certificate: $0) })
    let two = try Self.station("line-2", (11...20).flatMap { Self.drafts($0, certificate: $0) }, start: 500)
    let (path, result) = try Self.merge([one.path, two.path, one.path], one)
    #expect(result.conflicts == [] && result.rows == 1 + 2 * 41)
    #expect(result.sources.map(\.isCopy).filter { $0 }.count == 1)
    #expect(result.sources.allSatisfy { $0.checkpoint != nil })
    let reader = try Ledger.reading(path: path)
    let rows = try await reader.rows(after: 1, limit: 1000)
    #expect(zip(rows, rows.dropFirst()).allSatisfy { $0.time <= $1.time })
    #expect(Set(rows.map(\.station)) == ["line-1", "line-2"])
    #expect(try await reader.units().count == 20)
    #expect(try await reader.verifyChain().firstBreak == nil)
    #expect(try await reader.verifyTables().isGood)
    #expect(try await reader.compareProjections().agree)
    #expect(try await SealBench.python("ledger", path).hasPrefix("good 83 0 "))
  }

  @Test func `conflicts between stations are told apart`() async throws {
    var ranges: [[JournalDraft]] = []
    for (batch, first) in [("WO-1", "SPK00000001"), ("WO-2", "SPK00000050")] {
      var order = Batch(id: try #require(BatchID(batch)), model: "HUB-2", vendor: "v", planned: 100)
      let last = batch == "WO-1" ? "SPK00000100" : "SPK00000149"
      order.range = try SerialRange(
        from: SerialNumber(normalised: first), to: SerialNumber(normalised: last))
      ranges.append([JournalDraft(entry: .batchOpened(BatchOpening(batch: order, reason: nil)))])
    }
    // Hub 3 is finished on both with two certificates; hub 40 has the serial of hub 4.
    let one = try Self.station("line-1", ranges[0] + [3, 4].flatMap { Self.drafts($0, certificate: $0) })
    let two = try Self.station(
      "line-2",
      ranges[1] + Self.drafts(3, certificate: 33) + Self.drafts(40, certificate: 40, serial: "SPK10000004"),
      start: 100_000)
    let (path, result) = try Self.merge([one.path, two.path], one)
    #expect(result.conflicts.map(\.kind) == [.range, .certificate, .serial])
    #expect(result.conflicts.allSatisfy { $0.stations == ["line-1", "line-2"] })
    let reader = try Ledger.reading(path: path)
    #expect(try await reader.compareProjections().agree)
    #expect(try await reader.units(matching: "SPK10000004").map(\.hub) == [ScratchLedger.hub(4)])
  }

  @Test func `an older copy is the same rows once, and two ends of one record are refused`() async throws {
    let one = try Self.station("line-1", (1...3).flatMap { Self.drafts($0, certificate: $0) })
    let copy = one.folder.appending(path: "copy.sqlite").path()
    try FileManager.default.copyItem(atPath: one.path, toPath: copy)
    func append(_ path: String, _ reason: String) throws {
      let ledger = try Ledger.open(
        path: path, station: "line-1", clock: one.clock, versions: StationStart(version: "1", settings: "s"))
      _ = try ledger.appendNow(AppendRequest(JournalDraft(entry: .stationStopped(reason: reason))))
      try ledger.close()
    }
    try append(one.path, "here")
    let (_, result) = try Self.merge([copy, one.path], one)
    #expect(result.conflicts == [] && result.sources.map(\.isCopy) == [false, true])
    try append(copy, "there")
    let fault = #expect(throws: Fault.self) { try Self.merge([copy, one.path], one) }
    #expect(fault?.code == .mergeFailed && fault?.values["row"] == "15", "\(String(describing: fault))")
  }

  @Test func `a source with an altered row is named, and nothing is made`() async throws {
    let one = try Self.station("line-1", (1...3).flatMap { Self.drafts($0, certificate: $0) })
    let two = try Self.station("line-2", (4...6).flatMap { Self.drafts($0, certificate: $0) })
    try GRDBStranger(two.path).run(
      "DROP TRIGGER journal_never_changes; UPDATE journal SET actor = 'eve' WHERE seq = 5")
    let before = try FileManager.default.contentsOfDirectory(atPath: one.folder.path()).sorted()
    let fault = #expect(throws: Fault.self) { try Self.merge([one.path, two.path], one) }
    #expect(fault?.values["source"] == two.path && fault?.values["row"] == "5")
    let missing = #expect(throws: Fault.self) { try Self.merge([one.path, "/nowhere"], one) }
    #expect(missing?.code == .mergeFailed)
    let after = try FileManager.default.contentsOfDirectory(atPath: one.folder.path())
      .filter { !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") }.sorted()
    #expect(after == before.filter { !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") })
  }

  @Test func `a folder of a second copy is a source like a ledger`() async throws {
    let one = try Self.station("line-1", (1...10).flatMap { Self.drafts($0, certificate: $0) })
    let two = try Self.station("line-2", (11...12).flatMap { Self.drafts($0, certificate: $0) })
    let folder = one.folder.appending(path: "record").path()
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    let rows = try await Ledger.reading(path: one.path).rows(after: 0, limit: 1000)
    for start in stride(from: 0, to: rows.count, by: 10) {
      let segment = try RecordSegment(
        station: "line-1", rows: Array(rows[start..<min(start + 10, rows.count)]))
      try segment.data.write(to: URL(filePath: "\(folder)/\(segment.name)"))
    }
    let (path, result) = try Self.merge([folder, two.path], two)
    #expect(result.conflicts == [] && result.sources.map(\.station) == ["line-1", "line-2"])
    #expect(try await Ledger.reading(path: path).units().count == 12)
    #expect(try await SealBench.python("record", folder).hasPrefix("good \(rows.count) "))
  }

  private static func order(_ id: String, _ first: Int? = nil, _ last: Int = 0, listed: [Int] = []) throws
    -> [JournalDraft]
  {
    func serial(_ number: Int) -> SerialNumber { SerialNumber(normalised: String(format: "SPK%08d", number)) }
    var batch = Batch(id: try #require(BatchID(id)), model: "HUB-2", vendor: "v", planned: 1)
    batch.planned = max(1, listed.count)
    batch.slots = [try #require(SlotName("A\(id.suffix(1))"))]
    if let first {
      batch.range = try SerialRange(from: serial(first), to: serial(last))
      batch.planned = last - first + 1
    }
    var entries = [JournalEntry.batchOpened(BatchOpening(batch: batch, reason: nil))]
    if !listed.isEmpty {
      batch.listed = listed.count
      entries = [
        .batchOpened(BatchOpening(batch: batch, reason: nil)),
        .batchListed(BatchSerials(batch: batch.id, model: batch.model, serials: listed.map(serial))),
      ]
    }
    return entries.map { JournalDraft(entry: $0) }
  }

  @Test func `lists and ranges that share a serial, two orders of one number, and one hub on both are told`()
    async throws
  {
    let one = try Self.station(
      "line-1",
      try Self.order("WO-1", 1, 100) + Self.order("WO-2", listed: [500, 510])
        + Self.order("WO-3", 900, 950) + Self.order("WO-7", listed: [700]) + Self.drafts(3, certificate: 3))
    let two = try Self.station(
      "line-2",
      try Self.order("WO-4", listed: [50, 51, 300]) + Self.order("WO-5", 505, 520)
        + Self.order("WO-6", listed: [500]) + Self.order("WO-3", 900, 951)
        + Self.order("WO-7", listed: [700]) + Self.drafts(3, certificate: 3),
      start: 100_000)
    let (path, result) = try Self.merge([one.path, two.path], one)
    let told = result.conflicts.map { "\($0.kind.rawValue) \($0.subject): \($0.detail)" }
    #expect(
      told == [
        "range WO-1 and WO-4: both have SPK00000050", "range WO-2 and WO-5: both have SPK00000510",
        "range WO-2 and WO-6: both have SPK00000500", "batch WO-3: model, vendor or range differ",
        "hub SPK10000003: finished on both",
      ])
    #expect(try await Ledger.reading(path: path).compareProjections().agree)
  }

  @Test func `a row that has no place beside the others is left out and told, and the rest is there`()
    async throws
  {
    let lock = Lock(id: 7, index: 1, uuid: "5a0e8f5e-94d2-4f0b-9a53-0f6f4b1f6c11")
    func owed(_ entry: String) -> JournalDraft {
      JournalDraft(entry: .owed(OutboxIntent(entry: entry, effect: .createLock(lock))))
    }
    let one = try Self.station("line-1", [owed("lock-a")] + Self.drafts(1, certificate: 1))
    let two = try Self.station("line-2", [owed("lock-b")] + Self.drafts(2, certificate: 2), start: 100_000)
    let (path, result) = try Self.merge([one.path, two.path], one)
    #expect(result.conflicts.map(\.kind) == [.row] && result.conflicts[0].stations == ["line-2"])
    #expect(result.conflicts[0].detail.hasPrefix("row 1 (outbox.owed): "), "\(result.conflicts)")
    let reader = try Ledger.reading(path: path)
    #expect(try await reader.units().count == 2)
    #expect(try await reader.verifyChain().firstBreak == nil)
    #expect(try await reader.compareProjections().agree)
    #expect(try await SealBench.python("ledger", path).hasPrefix("good \(result.rows) 0 "))
  }

  @Test
  func `who makes the whole chain anew is found by the seal, and who has another key by the trusted one`()
    throws
  {
    let one = try Self.station("line-1", (1...10).flatMap { Self.drafts($0, certificate: $0) })
    let two = try Self.station("line-2", (11...20).flatMap { Self.drafts($0, certificate: $0) })
    func key(_ scratch: ScratchLedger, _ name: String) throws -> VerifierKey {
      try SealKey.open(SealKey.path(besides: scratch.path), station: name).verifier
    }
    let keys = [try key(one, "line-1"), try key(two, "line-2")]
    _ = try Self.merge([one.path, two.path], one, trusted: keys)
    let stranger = #expect(throws: Fault.self) {
      try Self.merge([one.path, two.path], one, trusted: [keys[0]])
    }
    #expect(
      stranger?.values["source"] == two.path
        && stranger?.values["cause"]?.contains("made with another key") == true)
    try two.tamper { database in
      try SealBench.dropRules(database)
      try database.execute(sql: "UPDATE journal SET actor = 'eve' WHERE seq = 5")
      try SealBench.rechain(database, from: 5)
    }
    let forged = #expect(throws: Fault.self) { try Self.merge([one.path, two.path], one) }
    #expect(
      forged?.values["source"] == two.path
        && forged?.values["cause"]?.contains("are not those that were sealed") == true)
    // Without a seal nothing ties the rows to the key.
    let bare = try ScratchLedger()
    let ledger = try bare.open(station: "line-3")
    _ = try ledger.appendNow(AppendRequest(JournalDraft(entry: .stationStopped(reason: "x"))))
    try ledger.close()
    _ = try Self.merge([one.path, bare.path], one)
    let unsealed = #expect(throws: Fault.self) { try Self.merge([one.path, bare.path], one, trusted: keys) }
    #expect(unsealed?.values["source"] == bare.path)
  }

  @Test
  func `a second copy with an altered or a missing segment is named, and with its ledger it is one source`()
    async throws
  {
    let one = try Self.station("line-1", (1...10).flatMap { Self.drafts($0, certificate: $0) })
    let folder = one.folder.appending(path: "record").path()
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    let rows = try await Ledger.reading(path: one.path).rows(after: 0, limit: 1000)
    var files: [String] = []
    for start in stride(from: 0, to: rows.count, by: 10) {
      let segment = try RecordSegment(
        station: "line-1", rows: Array(rows[start..<min(start + 10, rows.count)]))
      files.append("\(folder)/\(segment.name)")
      try segment.data.write(to: URL(filePath: files[files.count - 1]))
    }
    let (_, result) = try Self.merge([folder, one.path], one)
    #expect(result.sources.map(\.isCopy) == [false, true] && result.rows == Int64(1 + rows.count - 3))
    let good = try String(contentsOfFile: files[1], encoding: .utf8)
    try good.replacing("\"actor\":\"anna\"", with: "\"actor\":\"anne\"")
      .write(toFile: files[1], atomically: true, encoding: .utf8)
    let altered = #expect(throws: Fault.self) { try Self.merge([folder], one) }
    #expect(
      altered?.values["source"] == folder && altered?.values["row"] == "11", "\(String(describing: altered))")
    try FileManager.default.removeItem(atPath: files[1])
    let missing = #expect(throws: Fault.self) { try Self.merge([folder], one) }
    #expect(missing?.values["row"] == "11", "\(String(describing: missing))")
  }
}
