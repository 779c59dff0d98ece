import CertForge
import Foundation

/// One station's record on its way into a merged ledger: verified first, then read row after row, and each row held
/// against what was verified: a file may change in between, or answer another question with other rows.
final class MergeSource {
  let name: String
  private(set) var station = ""
  /// Rows that are merged: all of them, or with trusted keys those that a seal is over.
  private(set) var rows: Int64 = 0
  private(set) var head = JournalHash.start
  private(set) var first = Data()
  private(set) var seals: SealVerification
  /// Rows behind those, and behind the seal, which no trusted key has sealed; nil: none is asked for.
  private(set) var leftOut: Int64?
  /// How it is called beside the others.
  var label = ""
  private let page: (Int64) throws -> [JournalRow]
  private let close: () throws -> Void
  private var waiting: ArraySlice<JournalRow> = []
  /// The row that was taken last, and its hash.
  private var taken: (sequence: Int64, hash: Data) = (0, JournalHash.start)

  private static let pageSize = 1000

  /// A ledger's file, or the folder of a second copy: one source for each station in it.
  ///
  /// - Throws: `merge-failed` with the source and its first bad row.
  static func open(_ path: String, trusted: [VerifierKey]) throws(Fault) -> [MergeSource] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw Fault(.mergeFailed, ["source": path, "cause": "it is not there"])
    }
    guard isFolder.boolValue else {
      do throws(Fault) { return [try MergeSource(ledger: path, trusted)] } catch {
        guard [.ledgerCorrupt, .ledgerForeign, .ledgerNewer].contains(error.code) else { throw error }
        let cause = error.values["cause"].map { ": \($0)" } ?? ""
        throw Fault(.mergeFailed, ["source": path, "cause": "it is no ledger, or damaged\(cause)"])
      }
    }
    let names = try RecordFolder(path).names().compactMap { RecordSegmentName(file: $0) }
    guard !names.isEmpty else {
      throw Fault(.mergeFailed, ["source": path, "cause": "no segments of a record are in it"])
    }
    var sources: [MergeSource] = []
    for station in Set(names.map(\.station)).sorted() {
      let own = names.filter { $0.station == station }.sorted { ($0.first, -$0.last) < ($1.first, -$1.last) }
      sources.append(try MergeSource(record: path, own, trusted))
    }
    return sources
  }

  private init(ledger path: String, _ trusted: [VerifierKey]) throws(Fault) {
    name = path
    let reader = try Ledger.reading(path: path)
    let chain = try reader.chain(SealVerification(trusted: trusted))
    page = { last in
      try reader.readNow { try JournalQueries.rows($0, after: last, limit: Self.pageSize) }
    }
    close = { try reader.close() }
    seals = chain.seals
    (rows, head) = (chain.rows, chain.head)
    try check(chain.firstBreak.map { ($0.sequence, $0.reason.rawValue) })
  }

  private init(record path: String, _ names: [RecordSegmentName], _ trusted: [VerifierKey]) throws(Fault) {
    name = path
    let folder = try RecordFolder(path)
    var verification = RecordVerification(seals: SealVerification(trusted: trusted))
    for name in names {
      // One that lies wholly in another is a repetition.
      guard name.last > verification.rows else { continue }
      guard let data = try folder.read(name.description, limit: RecordRows.longestSegment) else { continue }
      verification.add(data)
    }
    page = { last in
      guard let name = names.first(where: { $0.first <= last + 1 && last < $0.last }),
        let data = try folder.read(name.description, limit: RecordRows.longestSegment)
      else { return [] }
      return data.split(separator: 0x0A).compactMap { RecordLine(line: Data($0))?.row }
        .filter { $0.sequence > last }
    }
    close = {}
    seals = verification.seals
    (rows, head) = (verification.rows, verification.head)
    try check(verification.firstBreak.map { ($0.sequence, $0.reason.rawValue) })
  }

  private func check(_ found: (row: Int64, reason: String)?) throws(Fault) {
    if let found {
      throw Fault(
        .mergeFailed,
        [
          "source": name, "row": String(found.row),
          "cause": "row \(found.row) is not what was written (\(found.reason))",
        ])
    }
    if let found = seals.firstBreak {
      throw Fault(
        .mergeFailed, ["source": name, "row": String(found.first), "cause": found.words])
    }
    if !seals.trusted.isEmpty {
      guard seals.seals > 0 else {
        throw Fault(.mergeFailed, ["source": name, "cause": "no seal of a trusted key is over its rows"])
      }
      leftOut = rows - seals.sealed - 1
      (rows, head) = (seals.sealed, seals.sealedHead)
    }
    guard let start = try peek() else {
      throw Fault(.mergeFailed, ["source": name, "cause": "it has no row"])
    }
    station = start.station
    first = start.hash
    // One station must not speak for another.
    let sealers = seals.keys.compactMap { VerifierKey($0)?.name }
    if let stranger = sealers.first(where: { $0 != Checkpoint.origin(of: station) }) {
      throw Fault(
        .mergeFailed,
        ["source": name, "cause": "its rows are of \(station), and its seals of \(stranger)"])
    }
  }

  /// The next row, which stays the next one; nil behind the last.
  func peek() throws(Fault) -> JournalRow? {
    guard taken.sequence < rows else {
      guard taken.hash == head else { throw changed(taken.sequence) }
      return nil
    }
    if waiting.isEmpty { waiting = try Fault.ofLedger(name) { try page(taken.sequence)[...] } }
    guard let row = waiting.first, row.sequence == taken.sequence + 1, row.previousHash == taken.hash,
      JournalHash.of(row) == row.hash
    else { throw changed(taken.sequence + 1) }
    return row
  }

  func take() {
    if let row = waiting.popFirst() { taken = (row.sequence, row.hash) }
  }

  /// The hash of one of its rows, looked up: to say where two records part, and nothing more.
  func hash(_ sequence: Int64) throws(Fault) -> Data? {
    try Fault.ofLedger(name) { try page(sequence - 1).first { $0.sequence == sequence }?.hash }
  }

  /// Whether its first rows are those that end in that hash: by the rows themselves.
  func begins(with rows: Int64, _ head: Data) throws(Fault) -> Bool {
    var (sequence, hash) = (Int64(0), JournalHash.start)
    while sequence < rows {
      let found = try Fault.ofLedger(name) { try page(sequence) }
      guard !found.isEmpty else { return false }
      for row in found where sequence < rows {
        guard row.sequence == sequence + 1, row.previousHash == hash, JournalHash.of(row) == row.hash else {
          throw changed(sequence + 1)
        }
        (sequence, hash) = (row.sequence, row.hash)
      }
    }
    return hash == head
  }

  private func changed(_ row: Int64) -> Fault {
    Fault(
      .mergeFailed,
      [
        "source": name, "row": String(row),
        "cause": "row \(row) is another than when it was verified",
      ])
  }

  func end() { try? close() }
}
