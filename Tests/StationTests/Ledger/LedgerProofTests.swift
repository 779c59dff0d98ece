import Foundation
import GRDB
import Testing

@testable import Station

@Suite("The proof that nothing was altered")
struct LedgerProofTests {
  /// Written after the comment of `JournalHash` alone, with python's own sqlite3 and hashlib.
  private static let verifier = """
    import hashlib, sqlite3, struct, sys
    base = sqlite3.connect("file:" + sys.argv[1] + "?mode=ro", uri=True)
    base.text_factory = bytes
    names = "time clock station actor slot attempt hub kind body versions previous_hash".split()
    head, last = bytes(32), 0
    for row in base.execute("SELECT seq, " + ", ".join(names) + ", hash FROM journal NOT INDEXED ORDER BY seq"):
        seq, fields, stored = row[0], row[1:-1], row[-1]
        text = b"station-journal-v1\\0" + struct.pack(">q", seq)
        for field in fields:
            text += b"\\0" if field is None else b"\\1" + struct.pack(">Q", len(field)) + field
        if seq != last + 1:
            print("gap", last + 1); break
        if fields[-1] != head:
            print("previous-hash", seq); break
        if hashlib.sha256(text).digest() != stored:
            print("hash", seq); break
        head, last = stored, seq
    else:
        print("good", last, head.hex())
    """

  private static func python(_ path: String) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", verifier, path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private static func filled(_ scratch: ScratchLedger) throws {
    let ledger = try scratch.open()
    for number in 1...8 {
      let entries =
        [
          .opened(device: "/dev/ttyUSB0"), ScratchLedger.identified(number),
          ScratchLedger.passed(number, certificate: 1),
        ]
        + ScratchLedger.owed(number, certificate: 1).map { .owed($0) } + [JournalEntry.closed(.passed, nil)]
      _ = try ledger.appendNow(
        AppendRequest(
          entries.map { entry in
            var draft = ScratchLedger.draft(number, attempt: number, entry)
            draft.firmware = "ünïcode \(number)"
            return draft
          }))
      _ = try ledger.appendNow(AppendRequest(JournalDraft(entry: .stationStopped(reason: "test"))))
    }
    try ledger.close()
  }

  @Test func `somebody else's program, written after the description, agrees`() async throws {
    let scratch = try ScratchLedger()
    try Self.filled(scratch)
    let chain = try await Ledger.reading(path: scratch.path).verifyChain()
    #expect(chain.rows == 64)
    #expect(chain.firstBreak == nil)
    let hex = chain.head.map { String(format: "%02x", $0) }.joined()
    #expect(try Self.python(scratch.path) == "good 64 \(hex)")
  }

  @Test(arguments: [
    "time", "clock", "station", "actor", "slot", "attempt", "hub", "kind", "body", "versions",
    "previous_hash", "hash",
  ])
  func `one flipped bit in any column is found, with its row`(column: String) async throws {
    let scratch = try ScratchLedger()
    try Self.filled(scratch)
    let blob = ["body", "previous_hash", "hash"].contains(column)
    for row in [1, 20, 63] as [Int64] {
      let before = try Data(contentsOf: URL(filePath: scratch.path))
      try scratch.tamper { database in
        try database.execute(sql: "DROP TRIGGER journal_never_changes")
        let old =
          try Data.fetchOne(
            database, sql: "SELECT CAST(\(column) AS BLOB) FROM journal WHERE seq = ?", arguments: [row])
          ?? Data()
        var bytes = Array(old)
        try #require(!bytes.isEmpty)
        bytes[bytes.count / 2] ^= 0x80
        let value = blob ? "?" : "CAST(? AS TEXT)"
        try database.execute(
          sql: "UPDATE journal SET \(column) = \(value) WHERE seq = ?", arguments: [Data(bytes), row])
      }
      let chain = try await Ledger.reading(path: scratch.path).verifyChain()
      #expect(chain.firstBreak?.sequence == row, "\(column) of \(row)")
      #expect(chain.rows == row - 1)
      let reason = try #require(chain.firstBreak?.reason.rawValue)
      #expect(try Self.python(scratch.path) == "\(reason) \(row)")
      try before.write(to: URL(filePath: scratch.path))
    }
  }

  @Test func `a NULL that became empty, a row taken out and two rows swapped are found`() async throws {
    let changes: [(String, ChainVerification.Break)] = [
      ("UPDATE journal SET slot = '' WHERE seq = 8", .init(sequence: 8, reason: .hash)),
      ("DELETE FROM journal WHERE seq = 30", .init(sequence: 30, reason: .gap)),
      ("DELETE FROM journal WHERE seq = 1", .init(sequence: 1, reason: .gap)),
      (
        "UPDATE journal SET seq = -1 WHERE seq = 5; UPDATE journal SET seq = 5 WHERE seq = 6; UPDATE journal SET seq = 6 WHERE seq = -1",
        .init(sequence: 5, reason: .previousHash)
      ),
      (
        "UPDATE journal SET previous_hash = (SELECT hash FROM journal WHERE seq = 3) WHERE seq = 5",
        .init(sequence: 5, reason: .previousHash)
      ),
    ]
    for (change, expected) in changes {
      let scratch = try ScratchLedger()
      try Self.filled(scratch)
      try scratch.tamper { database in
        try database.execute(sql: "DROP TRIGGER journal_never_changes; DROP TRIGGER journal_never_shrinks")
        try database.execute(sql: change)
      }
      #expect(try await Ledger.reading(path: scratch.path).verifyChain().firstBreak == expected, "\(change)")
      #expect(try Self.python(scratch.path) == "\(expected.reason.rawValue) \(expected.sequence)")
    }
  }

  @Test func `a byte changed in the file itself is found, and no row is put on a broken end`() async throws {
    let scratch = try ScratchLedger()
    try Self.filled(scratch)
    var file = try Data(contentsOf: URL(filePath: scratch.path))
    let place = try #require(
      file.range(of: Data("SPK10000008".utf8), options: .backwards, in: file.startIndex..<file.endIndex))
    var copies = 0
    // The serial stands in bodies, in the unit and in two indexes: all of them are changed alike.
    var range: Range<Data.Index>? = place
    while let found = range {
      file[found.lowerBound + 10] = UInt8(ascii: "9")
      copies += 1
      range = file.range(
        of: Data("SPK10000008".utf8), options: .backwards, in: file.startIndex..<found.lowerBound)
    }
    #expect(copies > 2)
    try file.write(to: URL(filePath: scratch.path))
    #expect(
      try await Ledger.reading(path: scratch.path).verifyChain().firstBreak
        == .init(sequence: 58, reason: .hash))
    #expect(try Self.python(scratch.path) == "hash 58")
    let fault = #expect(throws: Fault.self) { try scratch.open() }
    #expect(fault?.code == .ledgerCorrupt)
    #expect(fault?.values["row"] == "58")
  }
}
