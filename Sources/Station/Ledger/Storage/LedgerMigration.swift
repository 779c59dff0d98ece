import Foundation

/// What is done before a ledger of an older program is changed.
enum LedgerMigration {
  /// A verified backup beside the ledger: `LEDGER.line-1-20261121T064503Z-0000001234.migration.sqlite`.
  ///
  /// - Throws: `backup-failed`, `backup-invalid`: the ledger is then left as it is.
  static func keep(_ file: LedgerFile, version: Int, author: JournalAuthor, schema: LedgerSchema) throws {
    let folder = URL(filePath: file.path).deletingLastPathComponent().path(percentEncoded: false)
    let kept = try LedgerBackup.make(
      of: file.path,
      to: .folder(folder, station: author.station, reason: .migration, time: author.clock.now()),
      schema: schema)
    guard kept.version == version else {
      throw Fault(
        .backupInvalid,
        ["path": kept.path, "cause": "its tables are of version \(kept.version), not \(version)"])
    }
  }
}
