import Foundation
import GRDB

@testable import Station

/// Rows whose bodies are damaged, on a ledger that has the others: they are refused or counted, and both are right.
extension FuzzTargets {
  static func damagedRows(_ material: FuzzMaterial) throws -> FuzzTarget {
    let queue = try DatabaseQueue()
    var newest = material.journal[0]
    @Sendable func row(_ entry: JournalEntry, body: Data, after last: JournalRow) -> JournalRow {
      var row = last
      (row.sequence, row.previousHash) = (last.sequence + 1, last.hash)
      (row.kind, row.body, row.hub) = (entry.kind, body, material.hub)
      row.attempt = material.rows.last?.attempt
      row.slot = SlotName("A1")
      row.hash = JournalHash.of(row)
      return row
    }
    try queue.writeWithoutTransaction { database in
      try LedgerSchema.current.migrate(database) { _ in }
      for row in material.journal {
        try LedgerWork.insert(row, try row.entry(), database)
        newest = row
      }
      for entry in try material.groundwork() {
        newest = row(entry, body: try entry.body(), after: newest)
        try LedgerWork.insert(newest, entry, database)
      }
    }
    let last = newest
    return FuzzTarget(
      name: "damaged rows", samples: try material.bodies(),
      words: [
        "\"over\":9223372036854775807", "\"planned\":9223372036854775807", "-9223372036854775808", "1e308",
      ],
      inputs: 500
    ) { input in
      let (kind, body) = headed(input)
      let entry = try JournalEntry(kind: kind, body: Data(body))
      try queue.writeWithoutTransaction { database in
        try database.inTransaction {
          try LedgerWork.insert(row(entry, body: Data(body), after: last), entry, database)
          try read(database, material)
          return .rollback
        }
      }
    }
  }

  /// What wall, desk and courier ask next.
  private static func read(_ database: Database, _ material: FuzzMaterial) throws {
    for batch in try BatchQueries.batches(database, open: nil) {
      try FuzzTarget.require(batch.batch.most >= batch.batch.planned || batch.batch.over < 0, "\(batch)")
    }
    if let slot = SlotName("A1") {
      let hub = Identification(
        serial: SerialNumber(normalised: "SPK00000001"), model: "HUB-2", firmware: "1.2.3",
        heldIsTrusted: false)
      let standing = try BatchQueries.standing(database, of: hub, as: material.hub, on: slot)
      do throws(Fault) { _ = try standing.admit(hub, on: slot) } catch { try FuzzTarget.require(error) }
    }
    _ = try CampaignQueries.campaigns(database)
    _ = try LockQueries.locks(database)
    _ = try AttemptQueries.attempts(database, of: material.hub)
    _ = try UnitQueries.unit(database, material.hub)
    for entry in try OutboxQueries.entries(database, OutboxFilter(limit: 100)) {
      if let fault = entry.fault { try FuzzTarget.require(fault) }
      _ = entry.intent.effect.dueBy
      try? entry.intent.effect.check()
    }
    let rows = try JournalQueries.rows(database, of: material.hub)
    guard let attempt = rows.compactMap(\.attempt).last else { return }
    let story = try HubStory(rows: rows, attempt: attempt)
    _ = Decide.next(story, plan: UnitPlan(key: .hub, hasChecks: true))
  }
}
