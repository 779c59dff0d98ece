import Foundation
import GRDB

/// Reads what was handed over.
enum ExportQueries {
  /// In the order in which they were made.
  static func events(_ database: Database, of batch: BatchID) throws -> [ExportEvent] {
    let sql = """
      SELECT journal.body FROM export JOIN journal ON journal.seq = export.seq WHERE export.batch = ?
      ORDER BY export.revision, export.seq
      """
    return try Data.fetchAll(database, sql: sql, arguments: [batch.text])
      .map { try JSONDecoder().decode(ExportEvent.self, from: $0) }
  }

  static func hasNewerRows(_ database: Database, of batch: BatchID, than position: Int64) throws -> Bool {
    try Bool.fetchOne(
      database, sql: "SELECT EXISTS(SELECT 1 FROM unit WHERE \(ExportRows.everInBatch) AND last_seq > ?)",
      arguments: [batch.text, batch.text, position]) ?? false
  }
}
