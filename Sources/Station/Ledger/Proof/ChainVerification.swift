import CertForge
import Foundation
import GRDB

/// Whether the journal is still what was written: every row tied to the one before it.
struct ChainVerification: Hashable, Sendable {
  struct Break: Hashable, Sendable {
    /// The first row that is not what it was, or where one is missing.
    var sequence: Int64
    enum Reason: String, Sendable {
      /// A number is missing before this row.
      case gap
      /// The row does not follow from the one before.
      case previousHash = "previous-hash"
      /// The row's contents do not belong to its hash.
      case hash
      /// The file is damaged where this row stands.
      case unreadable
    }
    var reason: Reason
  }

  /// Rows that were found good.
  var rows: Int64 = 0
  /// The hash of the last good row.
  var head = JournalHash.start
  var firstBreak: Break?
  /// What the seals among the rows say.
  var seals = SealVerification()

  /// Casts give the bytes of the file as they are, also where they are no UTF-8 any more.
  private static let columns = """
    seq, CAST(time AS BLOB), CAST(clock AS BLOB), CAST(station AS BLOB), CAST(actor AS BLOB), CAST(slot AS BLOB),
    CAST(attempt AS BLOB), CAST(hub AS BLOB), CAST(kind AS BLOB), body, CAST(versions AS BLOB), previous_hash, hash
    """

  /// - Parameters:
  ///   - seals: which keys are trusted, and which checkpoints the rows are held against.
  ///   - progress: hears of every ten thousandth row.
  init(
    _ database: Database, seals: SealVerification = SealVerification(), progress: (Int64) -> Void = { _ in }
  ) throws {
    self.seals = seals
    // NOT INDEXED: an index that was not altered with its row must not hide it.
    let found = try Row.fetchCursor(
      database, sql: "SELECT \(Self.columns) FROM journal NOT INDEXED ORDER BY seq")
    do {
      while firstBreak == nil, let row = try found.next() {
        try take(row, follows: true)
        if rows % 10_000 == 0 { progress(rows) }
      }
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
      firstBreak = Break(sequence: rows + 1, reason: .unreadable)
    } catch is RowDecodingError {
      firstBreak = Break(sequence: rows + 1, reason: .unreadable)
    }
    if firstBreak == nil { self.seals.finish() }
  }

  /// Goes on from what was found before, up to row `last`; the rows in between are not looked at again.
  mutating func goOn(_ database: Database, through last: Int64) throws {
    let found = try Row.fetchCursor(
      database,
      sql: "SELECT \(Self.columns) FROM journal NOT INDEXED WHERE seq > ? AND seq <= ? ORDER BY seq",
      arguments: [rows, last])
    while firstBreak == nil, let row = try found.next() { try take(row, follows: true) }
    if firstBreak == nil, rows < last { firstBreak = Break(sequence: rows + 1, reason: .gap) }
  }

  /// The last rows only, at every opening: a torn or swapped end of the file is found before a row is put on it.
  static func checkEnd(of database: Database, rows count: Int = 200) throws {
    var check = ChainVerification()
    let rows = try Row.fetchCursor(
      database,
      sql: """
        SELECT \(columns) FROM journal NOT INDEXED
        WHERE seq > (SELECT coalesce(max(seq), 0) FROM journal) - ? ORDER BY seq
        """, arguments: [count])
    var first = true
    while check.firstBreak == nil, let row = try rows.next() {
      let isStart = try row.decode(Int64.self, atIndex: 0) == 1
      try check.take(row, follows: !first || isStart)
      first = false
    }
    if let found = check.firstBreak {
      throw Fault(
        .ledgerCorrupt,
        ["row": String(found.sequence), "cause": found.reason.rawValue])
    }
  }

  init() {}

  /// - Parameter follows: whether the row before is known.
  private mutating func take(_ row: Row, follows: Bool) throws {
    let sequence = try row.decode(Int64.self, atIndex: 0)
    if follows {
      guard sequence == rows + 1 else {
        firstBreak = Break(sequence: rows + 1, reason: .gap)
        return
      }
      guard try row.decode(Data?.self, atIndex: 11) == head else {
        firstBreak = Break(sequence: sequence, reason: .previousHash)
        return
      }
    }
    var hash = JournalHash(sequence: sequence)
    for index in 1...11 { hash.add(try row.decode(Data?.self, atIndex: index)) }
    guard try row.decode(Data?.self, atIndex: 12) == hash.value else {
      firstBreak = Break(sequence: sequence, reason: .hash)
      return
    }
    rows = sequence
    head = hash.value
    // The end alone, as it is looked at when the file is opened, has no beginning that a tree could go on from.
    guard follows, seals.frontier.size == sequence - 1 else { return }
    try seals.take(
      sequence, hash: head, kind: try row.decode(Data?.self, atIndex: 8),
      body: { try row.decode(Data?.self, atIndex: 9) })
  }
}
