import CKernel
import CertForge
import Foundation
import GRDB
import Glibc

/// Makes a ledger anew from a backup, with every later row that can still be had, and puts it in the place of the one
/// that is there.
///
/// Rows are brought back unchanged: they are tied to each other by their hashes, so the chain runs from the backup
/// through them to the row that tells of the restore. Holds the ledger's lock from its beginning.
final class LedgerRestore {
  private let file: LedgerFile
  private let lock: LedgerLock
  private let backup: VerifiedLedger
  private let record: RecordRows?
  /// The station of the settings.
  private let wanted: String?
  private let author: JournalAuthor

  private static let rowsPerTransaction = 500

  /// - Parameters:
  ///   - backup: the file to restore from.
  ///   - record: the folder of the second copy.
  ///   - station: for the rows that are added; nil: the station that wrote the backup's newest row.
  /// - Throws: `ledger-locked` while a station runs on the ledger; `backup-invalid` for a file that is no good backup;
  ///   `ledger-merged`; `ledger-newer`, `ledger-foreign`; `record-unreachable`.
  init(
    _ backup: String, over ledger: String, record: String?, station: String?, clock: any StationClock,
    versions: StationStart
  ) throws(Fault) {
    file = LedgerFile(path: ledger)
    try file.makeFolder()
    lock = try LedgerLock(file, station: station ?? "restore")
    // One that was cut off has been decided on.
    try LedgerExchange(file).finish()
    guard !Self.isSame(backup, ledger) else {
      throw Fault(.backupInvalid, ["path": backup, "cause": "it is the ledger itself"])
    }
    self.backup = try VerifiedLedger(verifying: backup)
    guard !self.backup.isMerged else { throw MergedLedger.fault(backup) }
    wanted = station
    self.record = try record.map { (path) throws(Fault) in try RecordRows(path) }
    author = JournalAuthor(
      station: station ?? self.backup.station ?? "station", clock: clock, versions: versions)
  }

  /// What would be done. Changes nothing.
  ///
  /// - Throws: `backup-foreign` for a backup of another station.
  func preview() throws(Fault) -> RestorePreview {
    try Fault.ofLedger(file.path) {
      let replaced = ReplacedLedger(file.path)
      defer { replaced?.close() }
      try refuseStranger(replaced)
      let findings = try RestoreFindings(backup: backup, replaced: replaced, record: record)
      return RestorePreview(findings, ledger: file.path, replaced: replaced, record: record?.path)
    }
  }

  /// Does it.
  ///
  /// - Throws: `ledger-full`, `ledger-failed`, `backup-failed`, `backup-invalid`, `backup-foreign`; the ledger that was
  ///   there is then as it was.
  func perform(actor: String) throws(Fault) -> RestorePreview {
    let exchange = LedgerExchange(file)
    let new = LedgerFile(path: exchange.newPath)
    discard(new)
    do {
      let replaced = ReplacedLedger(file.path)
      try refuseStranger(replaced)
      let now = author.clock.now()
      let keptPath = "\(file.path).replaced-\(BackupName.word(now))"
      guard !BackupFile.exists(keptPath) else { throw BackupFile.there(keptPath) }
      let kept = URL(filePath: keptPath).lastPathComponent
      let findings = try build(new, replaced, kept: replaced == nil ? nil : kept, actor: actor)
      var done = RestorePreview(findings, ledger: file.path, replaced: replaced, record: record?.path)
      done.kept = replaced == nil ? nil : kept
      done.done = true
      replaced?.close()
      try exchange.begin(keeping: kept)
      try exchange.finish()
      return done
    } catch {
      if !BackupFile.exists(exchange.markPath) { discard(new) }
      throw Fault(ledger: file.path, error)
    }
  }

  /// Another station's record would take the place of this one's, and its rows would go on under this one's name. The
  /// same record under another name is that of a station that was renamed.
  private func refuseStranger(_ replaced: ReplacedLedger?) throws(Fault) {
    guard let found = backup.station else { return }
    if let first = replaced?.rows(1).first?.hash, first == backup.first { return }
    guard let other = [wanted, replaced?.station].compactMap(\.self).first(where: { $0 != found }) else {
      return
    }
    throw Fault(
      .backupForeign,
      [
        "name": URL(filePath: backup.path).lastPathComponent, "path": backup.path, "found": found,
        "expected": other,
      ])
  }

  private func build(_ new: LedgerFile, _ replaced: ReplacedLedger?, kept: String?, actor: String) throws
    -> RestoreFindings
  {
    _ = try LedgerBackup.make(of: backup.path, to: .file(new.path))
    // The backup itself is what is kept of older tables.
    let queue = try LedgerConnection.writing(new) { _ in }
    var waiting: [JournalRow] = []
    func flush() throws {
      guard !waiting.isEmpty else { return }
      try queue.write { database in
        for row in waiting { try LedgerWork.insert(row, try row.entry(), database) }
      }
      waiting = []
    }
    let findings = try RestoreFindings(backup: backup, replaced: replaced, record: record) { row in
      waiting.append(row)
      if waiting.count >= Self.rowsPerTransaction { try flush() }
    }
    try flush()
    try tell(findings, kept: kept, actor: actor, in: queue)
    try queue.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
    try queue.close()
    let copy = try VerifiedLedger(verifying: new.path)
    guard copy.rows > findings.last else { throw Fault(.ledgerFailed, ["cause": "rows are missing"]) }
    let reader = try LedgerConnection.reading(new)
    let comparison = try reader.read { try ProjectionComparison($0) }
    try reader.close()
    guard comparison.agree else { throw Fault(.ledgerFailed, ["cause": "the projections differ"]) }
    for suffix in ["-wal", "-shm"] { unlink(new.path + suffix) }
    try BackupFile.sync(new.path, O_RDWR)
    return findings
  }

  /// The row that says what was done, and one for each unit whose rows were lost: one transaction.
  private func tell(_ findings: RestoreFindings, kept: String?, actor: String, in queue: DatabaseQueue) throws
  {
    let units = findings.lostRows.units.sorted { $0.key.text < $1.key.text }
    let restoration = LedgerRestoration(
      backup: URL(filePath: backup.path).lastPathComponent, backupRow: backup.rows,
      backupHead: Hexadecimal.encode(backup.head), fromLedger: findings.fromLedger,
      fromRecord: findings.fromRecord, lost: findings.lost, newestLost: findings.lostRows.newest,
      knownUnits: units.count, kept: kept)
    let drafts =
      [JournalDraft(actor: actor, entry: .ledgerRestored(restoration))]
      + units.map { JournalDraft(actor: actor, hub: $0.key, entry: .recovered($0.value)) }
    let prepared = try drafts.map { try PreparedDraft($0, author: author) }
    try queue.write { database in
      var tail = try JournalTail(database)
      _ = try LedgerWork.append(prepared, database, &tail, author)
    }
  }

  private func discard(_ new: LedgerFile) {
    for path in new.allPaths + [new.path + "-journal"] { unlink(path) }
  }

  private static func isSame(_ one: String, _ other: String) -> Bool {
    var (left, right) = (station_file_facts(), station_file_facts())
    return station_file_facts_at(one, true, &left) == 0 && station_file_facts_at(other, true, &right) == 0
      && left.device == right.device && left.inode == right.inode
  }
}
