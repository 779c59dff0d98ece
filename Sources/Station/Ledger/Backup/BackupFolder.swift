import Foundation
import GRDB
import Glibc

/// The folder that automatic backups of one station go to. All calls block.
struct BackupFolder: Sendable {
  let path: String
  let station: String

  /// A partial file this old belongs to a process that died.
  private static let abandoned: TimeInterval = 86_400

  /// Automatic backups under this station's name, the oldest first by their names. After a restore, those of rows that
  /// were given up are among them.
  ///
  /// - Throws: `backup-failed` when the folder cannot be listed.
  func automatic() throws(Fault) -> [BackupName] {
    let files: [String]
    do { files = try FileManager.default.contentsOfDirectory(atPath: path) } catch {
      throw Fault(.backupFailed, ["path": path, "cause": "the folder cannot be listed: is it mounted?"])
    }
    return files.compactMap { BackupName(file: $0) }
      .filter { $0.station == station && $0.reason == .automatic }
      .sorted { ($0.time, $0.row) < ($1.time, $1.row) }
  }

  /// Those that hold an earlier state of this very ledger, judged by their newest row. In the order of their rows: that is
  /// the order in which they were made, whatever the clock said.
  ///
  /// - Parameter limit: so many of the newest ones; the others are not looked at.
  func own(_ ledger: String, limit: Int = .max) throws(Fault) -> [BackupName] {
    var own: [BackupName] = []
    for name in try automatic().sorted(by: { ($0.row, $0.time) > ($1.row, $1.time) }) where own.count < limit
    {
      guard let head = Self.head(of: file(name)), head.row == name.row,
        try Self.holds(ledger, row: head.row, hash: head.hash)
      else { continue }
      own.append(name)
    }
    return own.reversed()
  }

  func file(_ name: BackupName) -> String { BackupFile.path(in: path, name.description) }

  /// Deletes the oldest automatic backups beyond `keep`, and nothing else: only files that bear this station's name for
  /// one, are whole, and hold an earlier state of this very ledger. The one that was made last has the most rows of
  /// those, and stays.
  ///
  /// - Returns: why files that are too many were left alone.
  func retain(_ keep: Int, of ledger: String) throws(Fault) -> [String] {
    removeAbandoned()
    let (names, own) = (try automatic(), try own(ledger))
    // Others take up no place of these, and are nobody's to delete; they are told once they are in the way.
    var warnings =
      names.count > max(1, keep)
      ? Set(names).subtracting(own).map { "\($0) is kept: not of this ledger, or unreadable" }.sorted() : []
    for name in own.dropLast(max(1, keep)) {
      do throws(Fault) {
        let old = try VerifiedLedger(verifying: file(name))
        guard old.rows == name.row, try Self.holds(ledger, row: old.rows, hash: old.head) else {
          throw Fault(.backupInvalid, ["cause": "it is not of this ledger"])
        }
        guard unlink(file(name)) == 0 else { throw BackupFile.failed(file(name), "delete") }
      } catch {
        warnings.append("\(name) is kept: \(error.values["cause"] ?? error.code.rawValue)")
      }
    }
    return warnings
  }

  private static func holds(_ ledger: String, row: Int64, hash: Data) throws(Fault) -> Bool {
    guard row > 0 else { return true }
    let reader = try LedgerReader(LedgerFile(path: ledger))
    let found = try reader.readNow {
      try Data.fetchOne($0, sql: "SELECT hash FROM journal WHERE seq = ?", arguments: [row])
    }
    try reader.close()
    return found == hash
  }

  /// The newest row of a backup: one page of it is read, not the whole file.
  ///
  /// - Returns: nil where it cannot be read.
  private static func head(of path: String) -> (row: Int64, hash: Data)? {
    guard let queue = try? DatabaseQueue(path: path, configuration: VerifiedLedger.configuration) else {
      return nil
    }
    defer { try? queue.close() }
    return try? queue.read { database in
      let tail = try JournalTail(database)
      return (tail.sequence, tail.hash)
    }
  }

  private func removeAbandoned() {
    for file in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] {
      guard file.hasPrefix("."), file.hasSuffix(BackupFile.partialSuffix),
        BackupName(file: String(file.dropFirst().dropLast(BackupFile.partialSuffix.count)))?.station
          == station
      else { continue }
      let facts = try? FileManager.default.attributesOfItem(atPath: "\(path)/\(file)")
      guard let changed = facts?[.modificationDate] as? Date, -changed.timeIntervalSinceNow > Self.abandoned
      else { continue }
      unlink("\(path)/\(file)")
    }
  }
}
