import CertForge
import Foundation
import GRDB
import Testing

@testable import Station

/// What a source may say, and what it is believed.
@Suite("Sources of a merge that are not what they say")
struct MergeTrustTests {
  private static func drafts(_ hubs: ClosedRange<Int>, certificate: Int = 0) -> [JournalDraft] {
    hubs.flatMap { number in
      [
        .opened(device: "/dev/ttyUSB0"), ScratchLedger.identified(number),
        ScratchLedger.passed(number, certificate: certificate + number), .closed(.passed, nil),
      ].map { ScratchLedger.draft(number, attempt: certificate + number, $0) }
    }
  }

  private static func station(
    _ name: String, _ drafts: [JournalDraft], sealedAs origin: String? = nil
  ) throws -> (scratch: ScratchLedger, key: VerifierKey) {
    let scratch = try ScratchLedger()
    let key = try SealKey.openOrMake(SealKey.path(besides: scratch.path), station: origin ?? name)
    try append(drafts, to: scratch, name, sealer: Sealer(key: key, every: 20))
    return (scratch, key.verifier)
  }

  private static func append(
    _ drafts: [JournalDraft], to scratch: ScratchLedger, _ station: String, sealer: Sealer? = nil
  ) throws {
    let ledger = try scratch.open(station: station, sealer: sealer)
    for start in stride(from: 0, to: drafts.count, by: 20) {
      _ = try ledger.appendNow(AppendRequest(Array(drafts[start..<min(start + 20, drafts.count)])))
    }
    try ledger.close()
  }

  private static func merge(_ paths: [String], _ scratch: ScratchLedger, trusted: [VerifierKey] = []) throws
    -> LedgerMerge.Result
  {
    try LedgerMerge.make(
      of: paths, to: scratch.folder.appending(path: "plant-\(UUID().uuidString).sqlite").path(),
      trusted: trusted, actor: "qa", clock: scratch.clock,
      versions: StationStart(version: "1", settings: "s"))
  }

  private static func rows(of source: MergeSource) throws -> [Int64] {
    var rows: [Int64] = []
    while let row = try source.peek() {
      rows.append(row.sequence)
      source.take()
    }
    return rows
  }

  @Test func `rows that change after they were verified are refused, and later ones are not taken`() throws {
    let scratch = try Self.station("line-1", Self.drafts(1...400)).scratch
    let source = try #require(try MergeSource.open(scratch.path, trusted: []).first)
    try Self.append(Self.drafts(401...410), to: scratch, "line-1")
    #expect(try Self.rows(of: source).count == Int(source.rows))
    source.end()
    let other = try #require(try MergeSource.open(scratch.path, trusted: []).first)
    try GRDBStranger(scratch.path).run(
      "DROP TRIGGER journal_never_changes; UPDATE journal SET actor = 'mallory' WHERE seq = 1200")
    let fault = #expect(throws: Fault.self) { try Self.rows(of: other) }
    #expect(fault?.values["row"] == "1200", "\(String(describing: fault))")
    other.end()
  }

  /// An index that holds other rows than its table answers some questions, and not others.
  @Test func `an index with rows of its own is not believed`() throws {
    let scratch = try Self.station("line-1", Self.drafts(1...10)).scratch
    try scratch.tamper { database in
      let names =
        "seq, time, clock, station, actor, slot, attempt, hub, kind, body, versions, previous_hash, hash"
      try SealBench.dropRules(database)
      for index in ["journal_by_hub", "journal_by_attempt", "journal_by_time", "journal_seals"] {
        try database.execute(sql: "DROP INDEX \(index)")
      }
      // Two tables, each with the index of the other.
      try database.execute(
        sql: """
          ALTER TABLE journal RENAME TO genuine;
          CREATE TABLE journal AS SELECT \(names) FROM genuine;
          CREATE TABLE forged AS SELECT \(names) FROM genuine;
          UPDATE forged SET actor = 'mallory' WHERE seq = 5;
          CREATE INDEX told ON journal(\(names));
          CREATE INDEX kept ON forged(\(names));
          PRAGMA writable_schema = ON
          """)
      let pages = try ["told", "kept"].map {
        try Int.fetchOne(
          database, sql: "SELECT rootpage FROM sqlite_master WHERE name = ?", arguments: [$0])
      }
      for (index, page) in zip(["kept", "told"], pages) {
        try database.execute(
          sql: "UPDATE sqlite_master SET rootpage = ? WHERE name = ?", arguments: [page, index])
      }
      try database.execute(sql: "PRAGMA writable_schema = RESET")
    }
    let believed = try Ledger.reading(path: scratch.path).readNow {
      try JournalQueries.rows($0, after: 4, limit: 1).first?.actor
    }
    try #require(believed == "mallory", "the forgery does not work: \(believed ?? "no row")")
    let fault = #expect(throws: Fault.self) { try Self.merge([scratch.path], scratch) }
    #expect(fault?.code == .mergeFailed && fault?.values["row"] == "5", "\(String(describing: fault))")
  }

  @Test func `segments that are not what their names say lose no row in silence, and repetitions do no harm`()
    async throws
  {
    let one = try Self.station("line-1", Self.drafts(1...30)).scratch
    let rows = try await Ledger.reading(path: one.path).rows(after: 0, limit: 1000)
    func folder(_ pieces: [(ClosedRange<Int>, named: ClosedRange<Int>)]) throws -> String {
      let folder = one.folder.appending(path: "record-\(UUID().uuidString)").path()
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
      for (piece, named) in pieces {
        let segment = try RecordSegment(
          station: "line-1", rows: Array(rows[(piece.lowerBound - 1)..<piece.upperBound]))
        let name = RecordSegmentName(
          station: "line-1", first: Int64(named.lowerBound), last: Int64(named.upperBound))
        try segment.data.write(to: URL(filePath: "\(folder)/\(name)"))
      }
      return folder
    }
    let repeated = try folder([(1...50, 1...50), (1...100, 1...100), (101...rows.count, 101...rows.count)])
    #expect(try Self.merge([repeated], one).sources.first?.rows == Int64(rows.count))
    let misnamed = try folder([(1...50, 1...90), (51...rows.count, 51...rows.count)])
    let fault = #expect(throws: Fault.self) { try Self.merge([misnamed], one) }
    #expect(fault?.code == .mergeFailed && fault?.values["row"] == "51", "\(String(describing: fault))")
  }

  @Test func `two records of one name are two sources, and their conflicts are told`() throws {
    let one = try Self.station("line-1", Self.drafts(1...2)).scratch
    let two = try Self.station("line-1", Self.drafts(1...2, certificate: 50)).scratch
    let conflicts = try Self.merge([one.path, two.path], one).conflicts
    #expect(conflicts.map(\.kind) == [.certificate, .certificate])
    #expect(
      conflicts.allSatisfy {
        Set($0.stations) == ["line-1 (\(one.path))", "line-1 (\(two.path))"]
      }, "\(conflicts)")
  }

  @Test func `a station does not speak for another, whoever trusts its key`() throws {
    let (scratch, key) = try Self.station("line-1", Self.drafts(1...10), sealedAs: "line-2")
    for trusted in [[], [key]] {
      let fault = #expect(throws: Fault.self) { try Self.merge([scratch.path], scratch, trusted: trusted) }
      #expect(
        fault?.values["cause"] == "its rows are of line-1, and its seals of station/line-2",
        "\(String(describing: fault))")
    }
  }

  @Test func `with a key, rows that nobody sealed are left out, and told`() async throws {
    let (genuine, key) = try Self.station("line-1", Self.drafts(1...10))
    let forged = genuine.folder.appending(path: "forged").path()
    try FileManager.default.createDirectory(atPath: forged, withIntermediateDirectories: false)
    let copy = try ScratchLedger(folder: URL(filePath: forged + "/"))
    try FileManager.default.copyItem(atPath: genuine.path, toPath: copy.path)
    try Self.append(
      [JournalDraft(actor: "qa", hub: ScratchLedger.hub(3), entry: .freed(reason: "x"))], to: copy, "line-1")
    let result = try Self.merge([genuine.path, copy.path], genuine, trusted: [key])
    #expect(result.sources.map(\.leftOut).contains { $0 ?? 0 > 0 })
    let merged = try await Ledger.reading(path: result.merged).rows(after: 0, limit: 1000)
    #expect(!merged.contains { $0.kind == "unit.freed" } && merged.count > 20)
    // Without a key every row is as good as its chain: the longer record is the newer one.
    let believing = try Self.merge([genuine.path, copy.path], genuine)
    #expect(
      try await Ledger.reading(path: believing.merged).rows(after: 0, limit: 1000)
        .contains { $0.kind == "unit.freed" })
  }
}
