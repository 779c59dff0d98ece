import Foundation
import GRDB

/// A file that was found to be a whole ledger: every page in order, every row tied to the one before.
struct VerifiedLedger: Hashable, Sendable {
  var path: String
  /// The newest row; 0: none.
  let rows: Int64
  /// Its hash.
  let head: Data
  let lastTime: Timestamp?
  let units: Int
  /// The version of its tables; this program's, or an older one.
  let version: Int
  let bytes: Int64
  /// The station that wrote the newest row.
  let station: String?
  /// The hash of its first row: no two records have the same.
  let first: Data?
  /// Whether it was made of several stations' records.
  let isMerged: Bool

  /// Reads the whole file: seconds for each gigabyte.
  ///
  /// - Throws: `backup-invalid` with the cause; `ledger-newer`, `ledger-foreign`.
  init(verifying path: String, schema: LedgerSchema = .current) throws(Fault) {
    guard FileManager.default.fileExists(atPath: path) else {
      throw Self.fault(path, "there is no such file")
    }
    do {
      let queue = try DatabaseQueue(path: path, configuration: Self.configuration)
      self = try queue.read { try Self(path, $0, schema) }
      try queue.close()
    } catch {
      let fault = Fault(ledger: path, error)
      switch fault.code {
      case .ledgerNewer, .ledgerForeign, .backupInvalid: throw fault
      default: throw Self.fault(path, fault.values["cause"] ?? fault.code.rawValue)
      }
    }
  }

  private init(_ path: String, _ database: Database, _ schema: LedgerSchema) throws {
    self.path = path
    version = try schema.versionFound(in: database)
    guard version > 0 else { throw Self.fault(path, "it is empty") }
    let word = try String.fetchOne(database, sql: "PRAGMA quick_check(1)") ?? "no answer"
    guard word == "ok" else { throw Self.fault(path, word) }
    let chain = try ChainVerification(database)
    if let found = chain.firstBreak {
      throw Self.fault(path, "row \(found.sequence) is not what was written (\(found.reason.rawValue))")
    }
    rows = chain.rows
    head = chain.head
    let last = try JournalQueries.last(database)
    guard last?.sequence ?? 0 == chain.rows else { throw Self.fault(path, "its last row is not its newest") }
    lastTime = last?.time
    station = last?.station
    first = try JournalQueries.rows(database, where: "seq = 1", []).first?.hash
    isMerged = try MergedLedger.isMerged(database)
    units = try Int.fetchOne(database, sql: "SELECT count(*) FROM unit") ?? 0
    let pages = try Int64.fetchOne(database, sql: "PRAGMA page_count") ?? 0
    bytes = pages * (try Int64.fetchOne(database, sql: "PRAGMA page_size") ?? 0)
  }

  static var configuration: Configuration {
    var configuration = Configuration()
    configuration.label = "ledger.copy"
    configuration.readonly = true
    configuration.busyMode = .timeout(5)
    return configuration
  }

  private static func fault(_ path: String, _ cause: String) -> Fault {
    Fault(.backupInvalid, ["path": path, "cause": cause])
  }
}
