import Foundation
import GRDB
import Testing

@testable import Station

/// What fuzzing found, one plain test for each.
@Suite("What fuzzing found")
struct FuzzFindingsTests {
  private static let pile = "a" + String(repeating: "\u{301}", count: 100_000)

  @Test func `one character with a pile of marks does not fill the ledger through a cloud's answer`() {
    let evidence = EffectEvidence(wasThere: false, request: Self.pile, values: ["thingId": Self.pile])
    #expect(evidence.request?.unicodeScalars.count == 128)
    #expect(evidence.values["thingId"]?.unicodeScalars.count == Fault.longestValue)
  }

  @Test func `spares without bounds in a damaged row do not end the station`() throws {
    let id = try #require(BatchID("WO-17"))
    #expect(Batch(id: id, model: "m", vendor: "v", planned: .max, over: 1).most == .max)
    #expect(Batch(id: id, model: "m", vendor: "v", planned: 500, over: 5).most == 505)
  }

  @Test(arguments: [(Int.max, Int64(12)), (0, 12), (1, .max), (1, -1)])
  func `a damaged row of an export that no other could follow is unreadable`(revision: Int, position: Int64)
    throws
  {
    var event = ExportEvent(
      batch: "WO-17", revision: revision, position: position, profile: ExportProfile.shipped[0], rows: 1,
      manifest: "ab")
    #expect(throws: DecodingError.self) {
      _ = try JournalEntry(kind: "batch.exported", body: JournalEntry.exported(event).body())
    }
    (event.revision, event.position) = (1, 12)
    let entry = JournalEntry.exported(event)
    #expect(try JournalEntry(kind: "batch.exported", body: entry.body()) == entry)
  }

  @Test func `no line is longer than it may be, and none follows it`() throws {
    let folder = try FuzzFolder()
    let file = try folder.write(Array("ab\nabcd\nabcde\nab\n".utf8), to: "lines")
    var reader = LineReader(try #require(FileHandle(forReadingAtPath: file)), longest: 4)
    #expect([reader.next(), reader.next()] == [Data("ab".utf8), Data("abcd".utf8)])
    #expect(reader.next() == nil && reader.next() == nil)
  }

  @Test(arguments: [
    "", ".", "..", "a/b", "ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite.restored",
    "ledger.sqlite\u{0}x",
  ])
  func `a mark that would cost one of two ledgers is none`(mark: String) {
    #expect(LedgerExchange.kept("\(mark)\n", besides: "ledger.sqlite") == nil)
    #expect(LedgerExchange.kept("kept\n", besides: "ledger.sqlite") == "kept")
  }

  @Test func `a damaged table that names the largest row there is does not end a restore`() async throws {
    let bench = try await RestoreBench(before: 1, after: 1)
    let queue = try DatabaseQueue(path: bench.path)
    try await queue.write { try $0.execute(sql: "UPDATE unit SET last_seq = 9223372036854775807") }
    try queue.close()
    let preview = try bench.restore().preview()
    #expect(preview.rows > preview.backupRows)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300, -1e300, 253_402_300_800, -62_167_219_201])
  func `seconds that are no time of four-digit years are none`(seconds: Double) {
    #expect(Timestamp(seconds: seconds) == nil)
    #expect(Timestamp(seconds: 1.5)?.milliseconds == 1500)
    #expect(Timestamp(seconds: 253_402_300_799.5)?.description == "9999-12-31T23:59:59.500Z")
  }
}
