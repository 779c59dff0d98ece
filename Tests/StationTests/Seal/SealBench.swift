import CertForge
import Foundation
import GRDB
import Testing

@testable import Station

/// A sealed ledger of many hubs, and python's opinion of it.
final class SealBench {
  let scratch: ScratchLedger
  let key: SealKey

  init(every: Int64 = 100) throws {
    scratch = try ScratchLedger()
    key = try SealKey.openOrMake(SealKey.path(besides: scratch.path), station: "bench-1")
    self.every = every
  }

  private let every: Int64
  var sealer: Sealer { Sealer(key: key, every: every) }

  /// Hubs with nine rows each, twenty to a transaction, and a stop at the end.
  func fill(hubs: ClosedRange<Int>) throws {
    let ledger = try scratch.open(sealer: sealer)
    for start in stride(from: hubs.lowerBound, through: hubs.upperBound, by: 20) {
      let drafts = (start...min(start + 19, hubs.upperBound)).flatMap { Self.story($0) }
      _ = try ledger.appendNow(AppendRequest(drafts))
    }
    _ = try ledger.appendNow(AppendRequest(JournalDraft(entry: .stationStopped(reason: "test"))))
    try ledger.close()
  }

  private static func story(_ number: Int) -> [JournalDraft] {
    let entries =
      [
        .opened(device: "/dev/ttyUSB0"),
        ScratchLedger.identified(number, mac: "02:00:00:00:00:01"), .began(.deliver),
        ScratchLedger.passed(number, certificate: number),
      ]
      + ScratchLedger.owed(number, certificate: number).map { .owed($0) } + [
        JournalEntry.closed(.passed, nil)
      ]
    return entries.map { ScratchLedger.draft(number, attempt: number, slot: "A\(number % 8)", $0) }
  }

  func verify(_ seals: SealVerification = SealVerification()) throws -> ChainVerification {
    let reader = try Ledger.reading(path: scratch.path)
    defer { try? reader.close() }
    return try reader.readNow { try ChainVerification($0, seals: seals) }
  }

  func newest() async throws -> (row: Int64, seal: LedgerSeal, checkpoint: Checkpoint) {
    let (row, seal) = try #require(try await Ledger.reading(path: scratch.path).newestSeal())
    return (row.sequence, seal, try #require(seal.stated))
  }

  /// Changes rows as a program without the rules would.
  func tamper(_ body: (Database) throws -> Void) throws {
    try scratch.tamper { database in
      try Self.dropRules(database)
      try body(database)
    }
  }

  static func dropRules(_ database: Database) throws {
    try database.execute(
      sql:
        "DROP TRIGGER journal_never_changes; DROP TRIGGER journal_never_shrinks; DROP TRIGGER journal_only_grows"
    )
  }

  /// Makes the chain good again from `row` on, as whoever knows how it is made can.
  static func rechain(_ database: Database, from row: Int64) throws {
    let rows = try JournalQueries.rows(database, where: "seq >= ? ORDER BY seq", [row])
    var head =
      try Data.fetchOne(database, sql: "SELECT hash FROM journal WHERE seq = ?", arguments: [row - 1])
      ?? JournalHash.start
    for var row in rows {
      row.previousHash = head
      head = JournalHash.of(row)
      try database.execute(
        sql: "UPDATE journal SET previous_hash = ?, hash = ? WHERE seq = ?",
        arguments: [row.previousHash, head, row.sequence])
    }
  }

  static func python(_ arguments: String...) async throws -> String {
    try await OraclePython.run("ledger_oracle.py", arguments)
  }
}
