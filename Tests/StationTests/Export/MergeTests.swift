import Foundation
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

  private static func merge(_ paths: [String], _ scratch: ScratchLedger) throws -> (
    String, LedgerMerge.Result
  ) {
    let target = scratch.folder.appending(path: "plant-\(UUID().uuidString).sqlite").path()
    return (
      target,
      try LedgerMerge.make(
        of: paths, to: target, trusted: [], actor: "qa", clock: scratch.clock,
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
}
