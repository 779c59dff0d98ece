import Foundation
import GRDB

/// Copies a ledger while a station writes it, with SQLite's backup API (https://www.sqlite.org/backup.html).
///
/// Read-only and beside the writer, as every reading verb is: in WAL mode a reader holds nobody up. The whole copy is
/// made inside one read transaction, so it is one moment of the ledger, and SQLite does not begin anew with every commit
/// as it does without one. What it costs is that the log cannot be cut meanwhile.
enum LedgerBackup {
  /// 8 MiB with pages of 4 KiB.
  private static let pagesPerStep: CInt = 2048

  enum Destination: Sendable {
    /// This file; it must not be there.
    case file(String)
    /// A file in this folder, named by `BackupName`.
    case folder(String, station: String, reason: BackupName.Reason, time: Timestamp)

    fileprivate var folder: String {
      switch self {
      case .file(let path): URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
      case .folder(let path, _, _, _): path
      }
    }

    fileprivate func name(row: Int64) -> String {
      switch self {
      case .file(let path): URL(filePath: path).lastPathComponent
      case .folder(_, let station, let reason, let time):
        BackupName(station: station, time: time, row: row, reason: reason).description
      }
    }
  }

  /// - Parameters:
  ///   - ledger: the file that is copied.
  ///   - progress: hears the share that is done, 0 to 1.
  /// - Returns: what was found in the copy, read back from its file.
  /// - Throws: `backup-failed` with the cause; `backup-invalid` when the copy is not a good ledger; a fault of the
  ///   ledger when that cannot be read.
  static func make(
    of ledger: String, to destination: Destination, schema: LedgerSchema = .current,
    progress: @escaping (Double) -> Void = { _ in }
  ) throws(Fault) -> VerifiedLedger {
    let source = try LedgerConnection.reading(LedgerFile(path: ledger), schema: schema)
    let folder = destination.folder
    if case .file(let path) = destination, BackupFile.exists(path) { throw BackupFile.there(path) }
    let file = try BackupFile(in: folder, name: destination.name(row: 0))
    do throws(Fault) {
      let tail = try copy(source, to: file.partial, progress)
      let copy = try VerifiedLedger(verifying: file.partial, schema: schema)
      guard copy.rows == tail.sequence, copy.head == tail.hash else {
        throw Fault(
          .backupInvalid,
          [
            "path": file.partial,
            "cause": "it ends at row \(copy.rows), the ledger ended at \(tail.sequence)",
          ])
      }
      let path = BackupFile.path(in: folder, destination.name(row: copy.rows))
      try file.publish(as: path)
      return copy.moved(to: path)
    } catch {
      file.discard()
      throw error
    }
  }

  private static func copy(
    _ source: DatabasePool, to partial: String, _ progress: @escaping (Double) -> Void
  ) throws(Fault) -> JournalTail {
    do {
      let tail = try source.read { database in
        // The first read takes the snapshot that all of the copy is made of.
        let tail = try JournalTail(database)
        let target = try open(partial)
        try target.writeWithoutTransaction { copied in
          try database.backup(to: copied, pagesPerStep: pagesPerStep) { step in
            progress(
              step.totalPageCount > 0 ? Double(step.completedPageCount) / Double(step.totalPageCount) : 1)
          }
        }
        try target.close()
        return tail
      }
      try source.close()
      // The copy says of itself that it has a log, as the ledger has one: without it, it is one file, and can be read
      // where nothing can be written.
      let single = try open(partial)
      try single.writeWithoutTransaction { copied in
        let mode = try String.fetchOne(copied, sql: "PRAGMA journal_mode = DELETE")
        guard mode == "delete" else {
          throw Fault(.backupFailed, ["cause": "journal mode \(mode ?? "unknown")"])
        }
      }
      try single.close()
      return tail
    } catch {
      var fault = Fault(ledger: partial, error)
      if fault.code != .backupFailed {
        fault = Fault(.backupFailed, ["cause": fault.values["cause"] ?? fault.code.rawValue])
      }
      fault.values["path"] = partial
      throw fault
    }
  }

  /// Synced once at the end, before it has a name: whatever dies before that leaves no backup.
  private static func open(_ partial: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.label = "ledger.backup"
    configuration.foreignKeysEnabled = false
    configuration.prepareDatabase { database in
      try database.execute(sql: "PRAGMA synchronous = OFF")
    }
    return try DatabaseQueue(path: partial, configuration: configuration)
  }
}

extension VerifiedLedger {
  fileprivate func moved(to path: String) -> VerifiedLedger {
    var moved = self
    moved.path = path
    return moved
  }
}
