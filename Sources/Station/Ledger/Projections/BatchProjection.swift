import Foundation
import GRDB

/// One row per work order, and one per serial number that was listed for one.
enum BatchProjection {
  static func apply(_ row: JournalRow, _ entry: JournalEntry, _ database: Database) throws {
    switch entry {
    case .batchOpened(let opening):
      try database.run(
        """
        INSERT INTO batch(batch, model, definition, state, opened_seq, opened_time, opened_by, opened_reason)
        VALUES(?, ?, ?, 'open', ?, ?, ?, ?) ON CONFLICT(batch) DO NOTHING
        """,
        [
          opening.batch.id.text, opening.batch.model, try text(of: opening.batch), row.sequence,
          row.time.description, row.actor, opening.reason,
        ])
    case .batchListed(let listed):
      for serial in listed.serials {
        // A serial that a closed batch leaves over goes to the next one that names it.
        try database.run(
          """
          INSERT INTO batch_serial(model, serial, batch) VALUES(?, ?, ?)
          ON CONFLICT(model, serial) DO UPDATE SET batch = excluded.batch
            WHERE (SELECT state FROM batch WHERE batch.batch = batch_serial.batch) = 'closed'
          """,
          [listed.model, serial.text, listed.batch.text])
      }
    case .batchChanged(let change):
      let statement = try database.cachedStatement(sql: "SELECT definition FROM batch WHERE batch = ?")
      guard let old = try String.fetchOne(statement, arguments: [change.batch.text]) else { return }
      var batch = try JSONDecoder().decode(Batch.self, from: Data(old.utf8))
      (batch.over, batch.slots) = (change.over, change.slots)
      try database.run(
        "UPDATE batch SET definition = ? WHERE batch = ?", [try text(of: batch), change.batch.text])
    case .batchClosed(let closing):
      try database.run(
        """
        UPDATE batch SET state = 'closed', closed_seq = ?, closed_time = ?, closed_by = ?, closed_reason = ?
        WHERE batch = ? AND state = 'open'
        """,
        [row.sequence, row.time.description, row.actor, closing.reason, closing.batch.text])
    default: break
    }
  }

  private static func text(of batch: Batch) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(batch), as: UTF8.self)
  }
}
