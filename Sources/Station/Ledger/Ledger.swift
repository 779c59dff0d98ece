import Foundation

/// The record of a station: the journal in SQLite, its one writer, and everything that can be asked of it.
///
/// What a call to `append` has returned is on the disk. Rows are never changed; see `JournalHash` for the proof.
final class Ledger: Sendable, Journaling, LedgerReading {
  let path: String
  let reader: LedgerReader
  let writer: LedgerWriter
  private let author: JournalAuthor
  private let feed: CommitFeed

  /// Opens the ledger for the one station that writes it, and makes it when there is none.
  ///
  /// - Parameter sealer: nil: nothing is sealed.
  /// - Throws: `ledger-locked` when another station has it; `ledger-merged` when it is nobody's to write;
  ///   `ledger-newer`, `ledger-foreign`, `ledger-corrupt`, `ledger-read-only`, `ledger-full`, `ledger-failed`; `backup-failed` when the tables are of an older program and
  ///   no verified backup could be made before they are changed.
  static func open(
    path: String, station: String, clock: any StationClock, versions: StationStart,
    schema: LedgerSchema = .current, sealer: Sealer? = nil
  ) throws(Fault) -> Ledger {
    try Ledger(
      LedgerFile(path: path),
      author: JournalAuthor(station: station, clock: clock, versions: versions, sealer: sealer),
      schema: schema)
  }

  /// Opens a ledger for reading only, whether a station writes it or not.
  static func reading(path: String) throws(Fault) -> LedgerReader { try LedgerReader(LedgerFile(path: path)) }

  private init(_ file: LedgerFile, author: JournalAuthor, schema: LedgerSchema) throws(Fault) {
    path = file.path
    self.author = author
    feed = CommitFeed()
    try file.makeFolder()
    let lock = try LedgerLock(file, station: author.station)
    try LedgerExchange(file).finish()
    try file.claim()
    writer = try LedgerWriter(file, lock: lock, author: author, feed: feed, schema: schema)
    reader = try LedgerReader(file, schema: schema)
  }

  deinit {
    writer.stop()
    feed.end()
  }

  // MARK: Writing

  func append(_ request: AppendRequest) async throws(Fault) -> [JournalRow] {
    try await writer.ask(try prepare(request), outlivesCancellation: request.outlivesCancellation).get()
  }

  /// The synchronous door: the same transaction in the caller's own thread.
  func appendNow(_ request: AppendRequest) throws(Fault) -> [JournalRow] {
    try writer.performNow(try prepare(request))
  }

  /// Several requests in one transaction, each with a result of its own, in the caller's own thread.
  func appendNow(group: [AppendRequest]) throws(Fault) -> [Result<[JournalRow], Fault>] {
    var works: [LedgerWork] = []
    for request in group { works.append(try prepare(request)) }
    return writer.performNow(works)
  }

  private func prepare(_ request: AppendRequest) throws(Fault) -> LedgerWork {
    .append(
      try prepare(request.drafts), expecting: request.expectedHead, unfinished: request.unfinished)
  }

  private func prepare(_ drafts: [JournalDraft]) throws(Fault) -> [PreparedDraft] {
    var prepared: [PreparedDraft] = []
    for draft in drafts { prepared.append(try PreparedDraft(draft, author: author)) }
    return prepared
  }

  /// Whether the rows would be written: they are, and are taken back before anybody can see them.
  ///
  /// - Throws: what `append` would.
  func rehearse(_ drafts: [JournalDraft]) async throws(Fault) {
    _ = try await writer.ask(.rehearse(try prepare(drafts))).get()
  }

  /// Keeps a value beside the journal, for caches and positions that may be lost; nil forgets it.
  func setValue(_ value: String?, for key: String) async throws(Fault) {
    _ = try await writer.ask(.remember(key: key, value: value)).get()
  }

  /// Makes the projections again from the journal, in one transaction.
  func rebuild() async throws(Fault) {
    _ = try await writer.ask(.rebuild).get()
  }

  /// Seals all rows that are written by now.
  ///
  /// - Throws: `seal-failed`.
  func seal(_ reason: LedgerSeal.Reason) async throws(Fault) {
    _ = try await writer.ask(.seal(reason)).get()
  }

  // MARK: State

  /// Rows that are durable, in order, from now on; every group that one COMMIT wrote comes as one array.
  func subscribe() -> AsyncStream<[JournalRow]> { feed.subscribe() }

  var health: LedgerHealth { writer.health }
  /// The latest time of any row, see `LatestTime`: nothing is issued when the clock says less.
  var lastTime: Timestamp? { writer.lastTime }
  /// Why the log could not be moved into the file; the rows are safe in the log.
  var checkpointFault: Fault? { writer.checkpointFault }
  /// Why the rows could not be sealed; they are written all the same.
  var sealFault: Fault? { writer.sealFault }

  /// Takes rows again after the disk failed, if the file is found good.
  func recover() throws(Fault) { try writer.recover() }

  /// Writes what waits, closes the file and lets go of the lock. Blocks until then.
  func close() throws(Fault) {
    try reader.close()
    try writer.close()
  }
}
