import Foundation
import GRDB
import Glibc

/// The folder that automatic backups of one station go to. All calls block.
struct BackupFolder: Sendable {
  let path: String
  let station: String

  /// A partial file this old belongs to a process that died.
  private static let abandoned: TimeInterval = 86_400

  /// Automatic backups of this station, oldest first.
  ///
  /// - Throws: `backup-failed` when the folder cannot be listed.
  func automatic() throws(Fault) -> [BackupName] {
    let files: [String]
    do { files = try FileManager.default.contentsOfDirectory(atPath: path) } catch {
      throw Fault(.backupFailed, ["path": path, "cause": "the folder cannot be listed: is it mounted?"])
    }
    return files.compactMap { BackupName(file: $0) }
      .filter { $0.station == station && $0.reason == .automatic }
      .sorted { ($0.row, $0.time) < ($1.row, $1.time) }
  }

  func file(_ name: BackupName) -> String { BackupFile.path(in: path, name.description) }

  /// Deletes the oldest automatic backups beyond `keep`, and nothing else: only files that bear this station's name for
  /// one, are whole, and hold an earlier state of this very ledger.
  ///
  /// - Returns: why files that are too many were left alone.
  func retain(_ keep: Int, of ledger: String) throws(Fault) -> [String] {
    removeAbandoned()
    let names = try automatic()
    var warnings: [String] = []
    for name in names.dropLast(max(1, keep)) {
      do throws(Fault) {
        let old = try VerifiedLedger(verifying: file(name))
        guard old.rows == name.row, try Self.holds(ledger, row: old.rows, hash: old.head) else {
          warnings.append("\(name) is kept: it is not of this ledger")
          continue
        }
        guard unlink(file(name)) == 0 else { throw BackupFile.failed(file(name), "delete") }
      } catch {
        warnings.append("\(name) is kept: \(error.values["cause"] ?? error.code.rawValue)")
      }
    }
    return warnings
  }

  private static func holds(_ ledger: String, row: Int64, hash: Data) throws(Fault) -> Bool {
    let reader = try LedgerReader(LedgerFile(path: ledger))
    let found = try reader.readNow {
      try Data.fetchOne($0, sql: "SELECT hash FROM journal WHERE seq = ?", arguments: [row])
    }
    try reader.close()
    return found == hash || row == 0
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
