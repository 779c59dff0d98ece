import CertForge
import Foundation
import GRDB

/// Reads several stations' ledgers or second copies into one ledger for QA.
///
/// Rows keep everything that their authors wrote and get new numbers and a new chain, in the order of their times; the
/// first row says what they came from. Seals are verified on the way in and left out: they are over other numbers. The
/// merged ledger can be asked like any other, and is nobody's to go on writing.
struct LedgerMerge {
  struct Result: Hashable, Sendable, Codable {
    var merged: String
    var rows: Int64
    var sources: [LedgerMerging.Source]
    var conflicts: [MergeConflict]
  }

  private static let rowsPerTransaction = 1000

  /// - Parameters:
  ///   - paths: ledgers, and folders of second copies.
  ///   - target: the file to make; it must not be there.
  ///   - trusted: keys whose seals are believed; none: the ones that the seals name.
  /// - Throws: `merge-failed`; nothing is made then.
  static func make(
    of paths: [String], to target: String, trusted: [VerifierKey], actor: String, clock: any StationClock,
    versions: StationStart, progress: (Int64) -> Void = { _ in }
  ) throws(Fault) -> Result {
    guard !FileManager.default.fileExists(atPath: target) else {
      throw Fault(.mergeFailed, ["source": target, "cause": "it is there already; nothing is overwritten"])
    }
    var sources: [MergeSource] = []
    defer { for source in sources { source.end() } }
    for path in paths { sources += try MergeSource.open(path, trusted: trusted) }
    let (kept, described) = try once(sources)
    let file = LedgerFile(path: target + ".partial")
    for path in file.allPaths { unlink(path) }
    do {
      let author = JournalAuthor(station: "merge", clock: clock, versions: versions)
      let (rows, conflicts) = try write(
        kept, LedgerMerging(sources: described), to: file, author: author, actor: actor, progress)
      for suffix in ["-wal", "-shm"] { unlink(file.path + suffix) }
      try BackupFile.sync(file.path, O_RDWR)
      guard rename(file.path, target) == 0 else { throw file.refusal("rename") }
      return Result(merged: target, rows: rows, sources: described, conflicts: conflicts)
    } catch {
      for path in file.allPaths { unlink(path) }
      throw Fault(ledger: target, error)
    }
  }

  /// Of sources with one beginning, the longest; the others must be its beginning.
  private static func once(_ sources: [MergeSource]) throws(Fault) -> ([MergeSource], [LedgerMerging.Source])
  {
    var kept: [MergeSource] = []
    var described: [LedgerMerging.Source] = []
    for source in sources.sorted(by: { $0.rows > $1.rows }) {
      let longer = kept.first { $0.first == source.first }
      if let longer, try !longer.begins(with: source.rows, source.head) {
        var (same, other) = (Int64(1), source.rows)
        while other - same > 1 {
          let middle = same + (other - same) / 2
          if try longer.hash(middle) == source.hash(middle) { same = middle } else { other = middle }
        }
        throw Fault(
          .mergeFailed,
          [
            "source": source.name, "row": String(other),
            "cause": "it and \(longer.name) are one record up to row \(same), and two from row \(other) on",
          ])
      }
      described.append(
        LedgerMerging.Source(
          name: URL(filePath: source.name).lastPathComponent, station: source.station, rows: source.rows,
          head: Hexadecimal.encode(source.head), checkpoint: source.seals.newest?.description,
          key: source.seals.keys.last, sealed: source.seals.sealed,
          leftOut: source.leftOut, isCopy: longer != nil))
      if longer == nil { kept.append(source) }
    }
    for source in kept {
      let isAlone = kept.count { $0.station == source.station } == 1
      source.label = isAlone ? source.station : "\(source.station) (\(source.name))"
    }
    return (kept, described)
  }

  private static func write(
    _ sources: [MergeSource], _ merging: LedgerMerging, to file: LedgerFile, author: JournalAuthor,
    actor: String, _ progress: (Int64) -> Void
  ) throws -> (Int64, [MergeConflict]) {
    let queue = try LedgerConnection.writing(file) { _ in }
    var findings = MergeFindings()
    let start = try PreparedDraft(JournalDraft(actor: actor, entry: .merged(merging)), author: author)
    var tail = try queue.write { database in
      var tail = try JournalTail(database)
      _ = try LedgerWork.append([start], database, &tail, author)
      return tail
    }
    while true {
      let isOver = try queue.write { database in
        for _ in 0..<rowsPerTransaction {
          guard let (source, row) = try earliest(sources) else { return true }
          source.take()
          let entry = try row.entry()
          guard findings.take(row, entry, of: source.label) else { continue }
          if let fault = try insert(row, entry, database, &tail, from: source) {
            findings.leaveOut(row, fault, of: source.label)
          }
        }
        return false
      }
      progress(tail.sequence)
      if isOver { break }
    }
    try queue.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
    try queue.close()
    return (tail.sequence, findings.conflicts)
  }

  /// - Returns: why the row has no place beside those that are there already; nil: it is in.
  private static func insert(
    _ row: JournalRow, _ entry: JournalEntry, _ database: Database, _ tail: inout JournalTail,
    from source: MergeSource
  ) throws -> Fault? {
    var moved = row
    (moved.sequence, moved.previousHash) = (tail.sequence + 1, tail.hash)
    moved.hash = JournalHash.of(moved)
    do {
      try database.inSavepoint {
        try LedgerWork.insert(moved, entry, database)
        return .commit
      }
    } catch let fault as Fault where fault.code != .ledgerCorrupt {
      return fault
    } catch {
      let cause = Fault(ledger: source.name, error)
      throw Fault(
        .mergeFailed,
        [
          "source": source.name, "row": String(row.sequence),
          "cause": "row \(row.sequence): \(cause.values["cause"] ?? cause.code.rawValue)",
        ])
    }
    (tail.sequence, tail.hash) = (moved.sequence, moved.hash)
    return nil
  }

  /// By time, then by the station's name; a station's own rows stay in their order whatever its clock said.
  private static func earliest(_ sources: [MergeSource]) throws -> (MergeSource, JournalRow)? {
    var found: (MergeSource, JournalRow)?
    for source in sources {
      guard let row = try source.peek() else { continue }
      if let best = found?.1, (best.time, best.station) <= (row.time, row.station) { continue }
      found = (source, row)
    }
    return found
  }
}
