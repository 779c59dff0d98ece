import CertForge
import Foundation
import GRDB
import Testing

@testable import Station

@Suite("The seal")
struct SealTests {
  @Test func `seals come every so many rows, at a stop and on demand, and python finds each of them good`()
    async throws
  {
    let bench = try SealBench(every: 100)
    try bench.fill(hubs: 1...60)
    var chain = try bench.verify(SealVerification(trusted: [bench.key.verifier]))
    // 480 rows and a stop, in three transactions: a seal after the first, the second, and the third with the stop.
    #expect(chain.firstBreak == nil && chain.seals.firstBreak == nil)
    #expect(chain.rows == 481 + chain.seals.seals && chain.seals.seals == 4)
    #expect(chain.seals.sealed == chain.rows - 1 && chain.seals.keys == [bench.key.verifier.description])
    let ledger = try bench.scratch.open(sealer: bench.sealer)
    // Nothing new since: no second seal over the same rows.
    try await ledger.seal(.hand)
    #expect(try await ledger.lastRow()?.sequence == chain.rows)
    let news = ledger.subscribe()
    try await ledger.append(JournalDraft(entry: .stationStarted(StationStart(version: "2", settings: "s"))))
    try await ledger.seal(.hand)
    try ledger.close()
    var heard: [String] = []
    for await rows in news { heard += rows.map(\.kind) }
    #expect(heard == ["station.started", "ledger.sealed"])
    let newest = try await bench.newest()
    #expect(newest.seal.reason == .hand && newest.checkpoint.origin == "station/bench-1")
    chain = try bench.verify()
    #expect(chain.seals.seals == 5 && newest.checkpoint.size == chain.rows - 1)
    let head = Hexadecimal.encode(chain.head)
    #expect(try await SealBench.python("ledger", bench.scratch.path) == "good \(chain.rows) 5 \(head)")
  }

  @Test func `without a key there is no seal, and asking for one says so`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    try await ledger.append(JournalDraft(entry: .stationStopped(reason: "x")))
    let fault = await #expect(throws: Fault.self) { try await ledger.seal(.hand) }
    #expect(fault?.code == .sealFailed)
    #expect(try await ledger.lastRow()?.kind == "station.stopped")
    try ledger.close()
  }

  @Test func `rows are written although they cannot be sealed, and the fault is said`() async throws {
    let bench = try SealBench(every: 10)
    try bench.fill(hubs: 1...2)
    let last = try await bench.newest().row
    // A seal that does not hold together, at the very end of an otherwise good chain.
    try bench.tamper { database in
      let body = try #require(
        try String.fetchOne(
          database, sql: "SELECT CAST(body AS TEXT) FROM journal WHERE seq = ?", arguments: [last]))
      try database.execute(
        sql: "UPDATE journal SET body = CAST(? AS BLOB) WHERE seq = ?",
        arguments: [body.replacing("\"frontier\":[\"", with: "\"frontier\":[\"00"), last])
      try SealBench.rechain(database, from: last)
    }
    let ledger = try bench.scratch.open(sealer: bench.sealer)
    try await ledger.append(JournalDraft(entry: .stationStopped(reason: "x")))
    #expect(ledger.sealFault?.code == .sealFailed && ledger.sealFault?.values["row"] == "\(last)")
    #expect(ledger.health == .healthy)
    #expect(try await ledger.lastRow()?.kind == "station.stopped")
    try ledger.close()
    #expect(try bench.verify().seals.firstBreak?.reason == .seal)
  }

  @Test func `a row rewritten with the whole chain after it is found by the next seal`() async throws {
    let bench = try SealBench(every: 100)
    try bench.fill(hubs: 1...60)
    try bench.tamper { database in
      try database.execute(sql: "UPDATE journal SET actor = 'eve' WHERE seq = 300")
      try SealBench.rechain(database, from: 300)
    }
    let chain = try bench.verify()
    #expect(chain.firstBreak == nil)
    let found = try #require(chain.seals.firstBreak)
    #expect(found.reason == .root && found.first <= 300 && found.last >= 300)
    #expect(try await SealBench.python("ledger", bench.scratch.path) == "root \(found.first)")
  }

  @Test func `who has another key is found by the trusted one, who has the key by an older checkpoint`()
    async throws
  {
    let bench = try SealBench(every: 100)
    try bench.fill(hubs: 1...60)
    let kept = try await bench.newest().checkpoint
    for isThief in [false, true] {
      // The whole ledger anew, one actor changed, sealed again.
      let forged = try ScratchLedger()
      let rows = try await Ledger.reading(path: bench.scratch.path).rows(after: 0, limit: 10_000)
      let key = isThief ? bench.key : SealKey(station: "bench-1", key: try Ed25519Key.generate())
      let ledger = try forged.open(sealer: Sealer(key: key, every: 100))
      var drafts: [JournalDraft] = []
      for row in rows where row.kind != "ledger.sealed" {
        drafts.append(
          JournalDraft(
            actor: row.sequence == 40 ? "eve" : row.actor, slot: row.slot, attempt: row.attempt, hub: row.hub,
            entry: try row.entry()))
      }
      for start in stride(from: 0, to: drafts.count, by: 160) {
        _ = try ledger.appendNow(AppendRequest(Array(drafts[start..<min(start + 160, drafts.count)])))
      }
      try ledger.close()
      func verify(_ seals: SealVerification) throws -> SealVerification {
        let reader = try Ledger.reading(path: forged.path)
        let chain = try reader.readNow { try ChainVerification($0, seals: seals) }
        return chain.seals
      }
      #expect(try verify(SealVerification()).firstBreak == nil, "alone it looks good")
      let byKey = try verify(SealVerification(trusted: [bench.key.verifier])).firstBreak
      #expect(isThief ? byKey == nil : byKey?.reason == .key)
      let found = try #require(try verify(SealVerification(against: [kept])).firstBreak)
      // The seals of whoever rewrote the rows prove nothing: row 40 is among those that are named.
      #expect(found.reason == .checkpoint && found.first <= 40 && found.last == kept.size)
    }
  }

  @Test func `a seal of another tree, of other rows or without its signature is none`() async throws {
    let bench = try SealBench(every: 100)
    try bench.fill(hubs: 1...60)
    let (row, seal, stated) = try await bench.newest()
    let note = try #require(SignedNote(seal.checkpoint))
    var forged = note
    forged.signatures[0].bytes[20] ^= 1
    var other = stated
    other.root[0] ^= 1
    var shorter = stated
    shorter.size -= 1
    for (checkpoint, reason) in [
      (forged.description, SealVerification.Break.Reason.signature),
      (try bench.key.sign(other).description, .root), (try bench.key.sign(shorter).description, .seal),
      ("no note", .seal),
    ] {
      var changed = seal
      changed.checkpoint = checkpoint
      let body = String(decoding: try JSONEncoder().encode(changed), as: UTF8.self)
      let scratch = try ScratchLedger()
      try FileManager.default.copyItem(atPath: bench.scratch.path, toPath: scratch.path)
      try scratch.tamper { database in
        try SealBench.dropRules(database)
        try database.execute(
          sql: "UPDATE journal SET body = CAST(? AS BLOB) WHERE seq = ?", arguments: [body, row])
        try SealBench.rechain(database, from: row)
      }
      let reader = try Ledger.reading(path: scratch.path)
      let chain = try reader.readNow { try ChainVerification($0) }
      try reader.close()
      #expect(chain.firstBreak == nil && chain.seals.firstBreak?.reason == reason, "\(checkpoint)")
      let theirs = try await SealBench.python("ledger", scratch.path)
      #expect(!theirs.hasPrefix("good"), "\(checkpoint): \(theirs)")
    }
  }

  @Test func `rows that were cut off, seals and all, are found against a checkpoint`() async throws {
    let bench = try SealBench(every: 100)
    try bench.fill(hubs: 1...60)
    let kept = try await bench.newest().checkpoint
    #expect(try bench.verify(SealVerification(against: [kept])).seals.firstBreak == nil)
    try bench.tamper { database in try database.execute(sql: "DELETE FROM journal WHERE seq > 400") }
    #expect(try bench.verify().seals.firstBreak == nil)
    let found = try bench.verify(SealVerification(against: [kept])).seals.firstBreak
    #expect(found == .init(first: 401, last: kept.size, reason: .cut))
  }

  @Test func `an index, a table, a trigger and a projection that were tampered with are found`() async throws
  {
    let bench = try SealBench(every: 100)
    try bench.fill(hubs: 1...20)
    func problems() throws -> (TableVerification, ProjectionComparison) {
      let reader = try Ledger.reading(path: bench.scratch.path)
      defer { try? reader.close() }
      return try reader.readNow { (try TableVerification($0), try ProjectionComparison($0)) }
    }
    #expect(try problems().0.isGood && problems().1.agree)
    let good = try Data(contentsOf: URL(filePath: bench.scratch.path))
    let changes: [(String, isTable: Bool)] = [
      ("DROP TRIGGER journal_never_changes", true),
      ("DROP INDEX journal_by_hub", true),
      (
        "DROP INDEX unit_by_serial; CREATE INDEX unit_by_serial ON unit(serial) WHERE serial < 'SPK10000010'",
        true
      ),
      ("CREATE TRIGGER quiet AFTER INSERT ON unit BEGIN SELECT 1; END", true),
      ("UPDATE unit SET registration = 'registered' WHERE serial = 'SPK10000007'", false),
      ("DELETE FROM outbox WHERE hub IN (SELECT hub FROM unit WHERE serial = 'SPK10000007')", false),
      // An index that lost an entry: rows that are there are not found by it.
      (
        """
        PRAGMA writable_schema = ON;
        UPDATE sqlite_master SET sql = sql || ' WHERE serial <> ''SPK10000007''' WHERE name = 'unit_by_serial';
        PRAGMA writable_schema = RESET;
        REINDEX unit_by_serial;
        PRAGMA writable_schema = ON;
        UPDATE sqlite_master SET sql = replace(sql, ' WHERE serial <> ''SPK10000007''', '')
          WHERE name = 'unit_by_serial';
        PRAGMA writable_schema = RESET;
        """, true
      ),
    ]
    for (change, isTable) in changes {
      try bench.scratch.tamper { try $0.execute(sql: change) }
      let (tables, projections) = try problems()
      #expect(tables.isGood == !isTable, "\(change): \(tables.problems)")
      #expect(projections.agree == isTable, "\(change)")
      for suffix in ["-wal", "-shm"] { unlink(bench.scratch.path + suffix) }
      try good.write(to: URL(filePath: bench.scratch.path))
    }
  }

  @Test func `notes and keys survive their text, and what is not quite one is none`() throws {
    let key = SealKey(station: "line-1", key: try Ed25519Key.generate())
    let checkpoint = Checkpoint(origin: "station/line-1", size: 7, root: Array(repeating: 9, count: 32))
    let note = try key.sign(checkpoint)
    #expect(SignedNote(note.description) == note && note.isSigned(by: key.verifier))
    #expect(Checkpoint(text: note.text) == checkpoint)
    #expect(VerifierKey(key.verifier.description + "\n") == key.verifier)
    // A witness's line is passed over.
    let witnessed = note.description + "\u{2014} witness.example AAAAAAAAAA==\n"
    #expect(SignedNote(witnessed)?.isSigned(by: key.verifier) == true)
    #expect(
      SignedNote(note.description.replacing("\n7\n", with: "\n8\n"))?.isSigned(by: key.verifier) == false)
    for text in [
      "", "a\n", note.text, note.description + "x", "a\n\n- b c\n", "\n\n", note.description + "\u{7}",
    ] {
      #expect(SignedNote(text) == nil, "\(text)")
    }
    for text in ["a\n07\nAA==\n", "a\n7\n", "a\n7\n\(String(repeating: "A", count: 43))=", "a\n-1\nx\n"] {
      #expect(Checkpoint(text: text) == nil, "\(text)")
    }
    let words = key.verifier.description
    for text in ["", "a+b+c", String(words.dropLast(4)), words.replacing("line-1", with: "line-2")] {
      #expect(VerifierKey(text) == nil, "\(text)")
    }
  }

  @Test func `a shift's end is a time of the day, whatever the clocks do`() throws {
    let zone = try #require(TimeZone(identifier: "Europe/Berlin"))
    let plan = ShiftPlan(ends: [2 * 60 + 30, 14 * 60])
    func next(_ text: String) throws -> String? {
      plan.nextEnd(after: try #require(Timestamp(text)), in: zone)?.description
    }
    #expect(try next("2026-11-21T12:59:59.000Z") == "2026-11-21T13:00:00.000Z")
    #expect(try next("2026-11-21T13:00:00.000Z") == "2026-11-22T01:30:00.000Z")
    // 02:30 is not there on this night.
    #expect(try next("2026-03-28T23:00:00.000Z") == "2026-03-29T01:00:00.000Z")
    #expect(ShiftPlan().nextEnd(after: Timestamp(milliseconds: 0)) == nil)
  }
}
