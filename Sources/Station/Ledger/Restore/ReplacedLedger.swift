import Foundation
import GRDB

/// The ledger that a restore replaces, however damaged: whatever of it can still be read, row by row.
final class ReplacedLedger: RowSource {
  /// Why nothing of it can be read.
  let fault: Fault?
  /// Whether every page of it is in order.
  let isSound: Bool
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

  /// Units that its tables know and whose newest row is after `sequence`: known even where the rows cannot be read.
  func units(after sequence: Int64) -> [HubID: LostUnit] {
    var units: [HubID: LostUnit] = [:]
    guard let queue else { return units }
    let rows = try? queue.read { database in
      try Row.fetchAll(
        database, sql: "SELECT hub, serial, model, mac, certificate FROM unit WHERE last_seq > ?",
        arguments: [sequence])
    }
    for row in rows ?? [] {
      guard let text = try? row.decode(String.self, atIndex: 0), let hub = HubID(text),
        let serial = try? row.decode(String.self, atIndex: 1),
        let model = try? row.decode(String.self, atIndex: 2)
      else { continue }
      let certificate = (try? row.decode(String?.self, atIndex: 4)) ?? nil
      units[hub] = LostUnit(
        serial: SerialNumber(normalised: serial), model: model,
        mac: (try? row.decode(String?.self, atIndex: 3)) ?? nil, certificates: certificate.map { [$0] } ?? [],
        passed: certificate != nil)
    }
    return units
  }

  private func read(_ condition: String, _ arguments: StatementArguments) -> [JournalRow]? {
    guard let queue else { return nil }
    return try? queue.read { try JournalQueries.rows($0, where: "\(condition) ORDER BY seq", arguments) }
  }
}
