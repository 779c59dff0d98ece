import Foundation

/// What a restore would bring back and what it would lose: for the preview, and for the row that tells of it.
struct RestoreFindings {
  let backup: VerifiedLedger
  /// The newest row of the backup and everything that was brought back after it.
  private(set) var last: Int64
  private(set) var head: Data
  private(set) var lastTime: Timestamp?
  private(set) var fromLedger: Int64 = 0
  private(set) var fromRecord: Int64 = 0
  /// See `LedgerRestoration`.
  private(set) var lost: Int64?
  private(set) var lostRows = LostRows()
  /// Rows of the ledger that is there, where that is another record than the backup's.
  private(set) var otherRows: Int64?
  /// Units of lost rows whose serials the restored ledger has under other UUIDs: those hubs are refused by themselves.
  private(set) var displaced: Set<HubID> = []
  /// Of rows that were brought back: by model and serial, the hubs; and what they say of each.
  private var brought: [String: HubID] = [:]
  private var broughtUnits: [HubID: LostUnit] = [:]
  /// The names under which this record was written: the folder of the second copy may have other stations' too.
  private var stations: Set<String> = []
  /// Hashes of the rows after the backup's newest one.
  private var hashes: [Data] = []

  /// Looks for rows after the backup's newest one, in the ledger that is there and in the second copy. A row is taken
  /// only if it follows from the one before; where one place has a hole, the other may bridge it.
  ///
  /// - Parameter take: gets every row that is brought back, in order.
  init(
    backup: VerifiedLedger, replaced: ReplacedLedger?, record: RecordRows?,
    take: (JournalRow) throws -> Void = { _ in }
  ) throws {
    self.backup = backup
    last = backup.rows
    head = backup.head
    lastTime = backup.lastTime
    while true {
      if let row = next(in: replaced) {
        try bring(row, take)
        fromLedger += 1
      } else if let row = next(in: record) {
        try bring(row, take)
        fromRecord += 1
      } else {
        break
      }
    }
    try lookForLost(replaced, record)
  }

  private func next(in source: (any RowSource)?) -> JournalRow? {
    source?.rows(last + 1).first { $0.previousHash == head && JournalHash.of($0) == $0.hash }
  }

  private mutating func bring(_ row: JournalRow, _ take: (JournalRow) throws -> Void) throws {
    try take(row)
    last = row.sequence
    head = row.hash
    hashes.append(row.hash)
    lastTime = row.time
    stations.insert(row.station)
    switch try? row.entry() {
    case .done(.passed(let pass)):
      guard let hub = row.hub else { return }
      broughtUnits[hub]?.certificates = [pass.certificate]
      broughtUnits[hub]?.passed = true
    case .done(.identified(let found)):
      guard let hub = row.hub else { return }
      brought["\(found.model)/\(found.serial)"] = hub
      if broughtUnits[hub] == nil { broughtUnits[hub] = LostUnit(found) }
    default: break
    }
  }

  // MARK: What is lost

  private mutating func lookForLost(_ replaced: ReplacedLedger?, _ record: RecordRows?) throws {
    let copy = try BackupRows(backup.path)
    defer { copy.close() }
    stations.formUnion(try copy.stations())
    if let record, let first = backup.first { stations.formUnion(record.stations(beginningWith: first)) }
    let isSameChain = replaced.map { continues($0, copy) } ?? false
    if let replaced {
      let start = isSameChain ? backup.rows + 1 : 1
      scan(replaced, from: start, to: replaced.last, copy)
      // Its tables may know units whose rows cannot be read any more.
      for known in replaced.units(after: isSameChain ? last : 0) where replaced.fault == nil {
        // Of another record, or of a branch: what both have is not lost.
        if !isSameChain, isHere(replaced.rows(known.last), copy) { continue }
        lostRows.add(known.hub, known.unit)
      }
    }
    let end = record?.last(of: stations)
    if let record { scan(record, from: last + 1, to: end, copy) }
    displaced = Set(
      lostRows.units.filter { hub, unit in
        let holder = brought["\(unit.model)/\(unit.serial)"] ?? copy.holder(of: unit.serial, unit.model)
        return holder != nil && holder != hub
      }.keys)
    if !isSameChain, replaced?.isSound == true { otherRows = replaced?.last }
    // Only the ledger that was written last can say where the rows ended.
    if isSameChain, let written = replaced?.last, replaced?.fault == nil {
      lost = max(0, max(written, end ?? 0) - last)
    }
  }

  /// Judged by the newest row up to the backup's end that can be read: what is tied to it is the same too.
  private func continues(_ replaced: ReplacedLedger, _ copy: BackupRows) -> Bool {
    guard backup.rows > 0 else { return true }
    for sequence in stride(from: backup.rows, to: max(0, backup.rows - Int64(Self.patience)), by: -1) {
      let rows = replaced.rows(sequence)
      if !rows.isEmpty { return isHere(rows, copy) }
    }
    return false
  }

  /// - Parameter end: the greatest number that a row is known to have had; nil: cannot be told.
  private mutating func scan(
    _ source: any RowSource, from start: Int64, to end: Int64?, _ copy: BackupRows
  ) {
    var (sequence, missing) = (start, 0)
    let brought = broughtUnits
    while sequence <= end ?? .max, missing < Self.patience {
      let rows = source.rows(sequence)
      missing = rows.isEmpty ? missing + 1 : 0
      // Only a row whose contents belong to its own hash is believed.
      for row in rows where !isHere([row], copy) && JournalHash.of(row) == row.hash {
        if source is ReplacedLedger { stations.insert(row.station) }
        guard stations.contains(row.station) else { continue }
        lostRows.take(row) { hub in [copy.unit(hub), brought[hub]].compactMap(\.self) }
      }
      sequence += 1
    }
  }

  /// So many rows in a row that cannot be read: there are no more.
  private static let patience = 2_000

  /// Whether one of the rows, all of one number, is what the restored ledger has under that number.
  private func isHere(_ rows: [JournalRow], _ copy: BackupRows) -> Bool {
    guard let sequence = rows.first?.sequence else { return false }
    if sequence > backup.rows {
      let index = Int(sequence - backup.rows - 1)
      return index < hashes.count && rows.contains { $0.hash == hashes[index] }
    }
    let hash = copy.hash(sequence)
    return rows.contains { $0.hash == hash }
  }
}
