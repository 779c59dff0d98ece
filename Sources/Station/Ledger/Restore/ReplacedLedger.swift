import Foundation
import GRDB

/// The ledger that a restore replaces, however damaged: whatever of it can still be read, row by row.
final class ReplacedLedger: RowSource {
  /// Why nothing of it can be read.
  let fault: Fault?
  /// Whether every page of it is in order.
  let isSound: Bool
  /// The greatest number that a row is known to have had; nil: cannot be told.
  let last: Int64?
  private let queue: DatabaseQueue?
  /// Rows read ahead, by number.
  private var page: [Int64: JournalRow] = [:]

  private static let pageRows: Int64 = 256

  /// - Returns: nil where there is no ledger.
  init?(_ path: String) {
    guard BackupFile.exists(path) else { return nil }
    do {
      let queue = try DatabaseQueue(path: path, configuration: VerifiedLedger.configuration)
      let version = try queue.read { try LedgerSchema.current.versionFound(in: $0) }
      self.queue = queue
      // One of these may be all that a damaged file can still say.
      let ends = ["SELECT max(seq) FROM journal", "SELECT max(last_seq) FROM unit"].map { sql in
        Result { try queue.read { try Int64.fetchOne($0, sql: sql) } }
      }
      let known = ends.compactMap { (try? $0.get()) ?? nil }
      last = known.max() ?? (ends.allSatisfy { (try? $0.get()) != nil } ? 0 : nil)
      isSound =
        version > 0 && (try? queue.read { try String.fetchOne($0, sql: "PRAGMA quick_check(1)") }) == "ok"
      fault = nil
    } catch {
      queue = nil
      last = nil
      isSound = false
      fault = Fault(ledger: path, error)
    }
  }

  func close() { try? queue?.close() }

  /// The station that wrote the newest row that can be read.
  var station: String? { last.flatMap { rows($0).first?.station } }

  func rows(_ sequence: Int64) -> [JournalRow] {
    if let row = page[sequence] { return [row] }
    page = [:]
    // The end may be what a damaged table says: the largest number that there is.
    let end = sequence > .max - Self.pageRows ? .max : sequence + Self.pageRows
    if let rows = read("seq BETWEEN ? AND ?", [sequence, end]) {
      for row in rows { page[row.sequence] = row }
      return page[sequence].map { [$0] } ?? []
    }
    // A damaged page is in between: this row may be readable all the same.
    return read("seq = ?", [sequence]) ?? []
  }

  /// Units that its tables know and whose newest row is after `sequence`, with the number of that row: known even where
  /// the rows cannot be read. In the order of those numbers.
  func units(after sequence: Int64) -> [(hub: HubID, unit: LostUnit, last: Int64)] {
    let rows = try? queue?.read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT hub, last_seq, serial, model, mac, certificate FROM unit WHERE last_seq > ? ORDER BY last_seq
          """,
        arguments: [sequence])
    }
    return (rows ?? []).compactMap { row in
      guard let text = try? row.decode(String.self, atIndex: 0), let hub = HubID(text),
        let last = try? row.decode(Int64.self, atIndex: 1), let unit = LostUnit(row, from: 2)
      else { return nil }
      return (hub, unit, last)
    }
  }

  private func read(_ condition: String, _ arguments: StatementArguments) -> [JournalRow]? {
    guard let queue else { return nil }
    return try? queue.read { try JournalQueries.rows($0, where: "\(condition) ORDER BY seq", arguments) }
  }
}
