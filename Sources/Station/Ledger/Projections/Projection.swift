import Foundation
import GRDB

/// What the rows amount to, as tables for screens, lists and the courier. Written in the transaction of the rows, from
/// the rows alone; nothing that a hub's next step depends on is read from here.
enum Projection {
  /// Table -> the column that tells its rows apart.
  static let tables = [
    "unit": "hub", "unit_left": "batch || ' ' || hub", "attempt": "attempt", "outbox": "entry",
    "lock": "lock", "batch": "batch",
    "batch_serial": "model || ' ' || serial", "export": "id", "campaign": "campaign",
    "campaign_unit": "campaign || ' ' || hub",
  ]

  static func apply(_ row: JournalRow, _ entry: JournalEntry, _ database: Database) throws {
    switch entry {
    case .stationStarted, .stationStopped, .sealed, .merged, .badgeScanned: return
    case .campaignOpened, .campaignListed, .campaignEnded:
      return try CampaignProjection.apply(row, entry, database)
    case .campaignResult: try CampaignProjection.apply(row, entry, database)
    case .batchOpened, .batchListed, .batchChanged, .batchClosed:
      return try BatchProjection.apply(row, entry, database)
    case .exported(let event): return try ExportProjection.apply(row, event, database)
    case .opened, .began, .done, .failed, .restarted, .closed:
      try AttemptProjection.apply(row, entry, database)
    case .ledgerRestored, .recovered, .held, .freed, .owed, .sending, .settled, .parked, .delayed, .released,
      .resent, .givenUp, .packed, .unpacked, .disposed, .adoption, .corrected:
      break
    }
    // The unit before the outbox, because a pass names the certificate that entries are compared with.
    try UnitProjection.apply(row, entry, database)
    try OutboxProjection.apply(row, entry, database)
    try LockProjection.apply(row, entry, database)
  }

  /// Makes the tables again from the first row on.
  static func rebuild(_ database: Database) throws {
    for table in tables.keys.sorted() { try database.run("DELETE FROM \(table)") }
    try replay(from: database, into: database)
  }

  static func replay(from source: Database, into target: Database) throws {
    let rows = try JournalQueries.cursor(source)
    while let row = try rows.next() { try apply(row, try row.entry(), target) }
  }

  static func text(of value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
