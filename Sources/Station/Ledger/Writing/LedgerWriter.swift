import Foundation
import GRDB
import Synchronization

/// The one writer: a thread of its own that takes all who wait and writes them in one transaction.
///
/// Never a caller's task: GRDB cancels the database access of a cancelled task, and a COMMIT that is broken off half
/// way is neither done nor not done.
final class LedgerWriter: Sendable {
  /// Requests in one transaction at most, so that the first of them does not wait for ever.
  private static let largestGroup = 256

  private struct Line {
    var waiting: [WaitingRequest] = []
    var closing = false
    var threadRuns = false
  }

  private struct Condition {
    var health: LedgerHealth
    var latest: LatestTime
    var sealFault: Fault?
  }

  private let file: LedgerFile
  private let schema: LedgerSchema
  private let commit: GroupCommit
  private let lock: LedgerLock
  private let feed: CommitFeed
  private let checkpointer: Checkpointer
  private let pages: PageCheck
  private let line = Mutex(Line())
  private let wake = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)
  /// Held for the length of a transaction.
  private let connection: Mutex<DatabaseQueue?>
  private let state: Mutex<Condition>

  init(
    _ file: LedgerFile, lock: LedgerLock, author: JournalAuthor, feed: CommitFeed,
    schema: LedgerSchema = .current
  ) throws(Fault) {
    self.file = file
    self.schema = schema
    self.lock = lock
    self.feed = feed
    commit = GroupCommit(author: author, path: file.path)
    let queue = try LedgerConnection.writing(file, schema: schema) { version in
      try LedgerMigration.keep(file, version: version, author: author, schema: schema)
    }
    let endedWell = try CleanEnd.isMarked(queue, file)
    let latest = try Self.examine(queue, file, pages: !endedWell)
    connection = Mutex(queue)
    state = Mutex(Condition(health: .healthy, latest: latest))
    checkpointer = try Checkpointer(file)
    pages = PageCheck(file)
    if endedWell {
      pages.start { [weak self] fault in self?.state.withLock { $0.health.take(.stopped(fault)) } }
    }
  }

  deinit {
    // The last reference may go on the thread of either.
    pages.cancel()
    checkpointer.stop()
  }

  var health: LedgerHealth { state.withLock { $0.health } }
  var lastTime: Timestamp? { state.withLock { $0.latest.value } }
  var checkpointFault: Fault? { checkpointer.fault }
  /// Why the last seal could not be made.
  var sealFault: Fault? { state.withLock { $0.sealFault } }

  // MARK: Asking

  /// Waits for the writer; see `WaitingRequest` for what a cancelled task gets.
  func ask(_ work: LedgerWork, outlivesCancellation: Bool = false) async -> Result<[JournalRow], Fault> {
    let request = WaitingRequest(work)
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if request.wait(continuation) { enqueue(request) }
      }
    } onCancel: {
      if !outlivesCancellation { request.cancel() }
    }
  }

  private func enqueue(_ request: WaitingRequest) {
    let (accepted, first, start) = line.withLock { line in
      guard !line.closing else { return (false, false, false) }
      line.waiting.append(request)
      defer { line.threadRuns = true }
      return (true, line.waiting.count == 1, !line.threadRuns)
    }
    guard accepted else { return request.finish(.failure(Self.closed)) }
    if start {
      let thread = Thread { [self] in loop() }
      thread.name = "ledger-writer"
      thread.start()
    }
    if first { wake.signal() }
  }

  /// The same transaction, in the caller's own thread: for tests, and for a world that has only one.
  func performNow(_ work: LedgerWork) throws(Fault) -> [JournalRow] {
    try connection.withLock { perform([work], on: $0) }[0].get()
  }

  /// A whole group in one transaction, in the caller's own thread: what a commit costs with so many waiting.
  func performNow(_ works: [LedgerWork]) -> [Result<[JournalRow], Fault>] {
    connection.withLock { perform(works, on: $0) }
  }

  /// Requests that wait to be taken.
  var backlog: Int { line.withLock { $0.waiting.count } }

  /// Looks at the writing connection between two transactions: its settings, its limits.
  func look<Value: Sendable>(_ body: (Database) throws -> Value) throws(Fault) -> Value {
    try connection.withLock { (queue) throws(Fault) in
      guard let queue else { throw Self.closed }
      return try Fault.ofLedger(file.path) { try queue.writeWithoutTransaction(body) }
    }
  }

  // MARK: The loop

  private func loop() {
    while true {
      let (idle, closing) = line.withLock { ($0.waiting.isEmpty, $0.closing) }
      if !idle {
        for (request, answer) in writeWaiting() { request.finish(answer) }
      } else if closing {
        break
      } else {
        wake.wait()
      }
    }
    ended.signal()
  }

  /// Takes those who wait only once the file is free, so that whoever comes while it is not joins the group.
  private func writeWaiting() -> [(WaitingRequest, WaitingRequest.Answer)] {
    connection.withLock { queue in
      let group = line.withLock { line in
        defer { line.waiting.removeFirst(min(line.waiting.count, Self.largestGroup)) }
        return Array(line.waiting.prefix(Self.largestGroup))
      }
      let taken = group.filter { $0.take() }
      return taken.isEmpty ? [] : Array(zip(taken, perform(taken.map(\.work), on: queue)))
    }
  }

  private func perform(_ works: [LedgerWork], on queue: DatabaseQueue?) -> [WaitingRequest.Answer] {
    if let refusal = health.refusal { return works.map { _ in .failure(refusal) } }
    guard let queue else { return works.map { _ in .failure(Self.closed) } }
    checkpointer.standBack()
    let answers = queue.writeWithoutTransaction { commit.run(works, $0) }
    let rows =
      answers.results.flatMap { result -> [JournalRow] in
        if case .success(let rows) = result { rows } else { [] }
      } + [answers.seal].compactMap { $0 }
    state.withLock { state in
      if let health = answers.health { state.health.take(health) }
      if answers.seal != nil || answers.sealFault != nil { state.sealFault = answers.sealFault }
      for row in rows { state.latest.take(row.time, row.clock) }
    }
    checkpointer.note(rows: rows.count)
    feed.send(rows)
    return answers.results
  }

  // MARK: Ends

  /// The end of the chain, before a row is put on it.
  ///
  /// - Parameter pages: every page of the file first (seconds for each gigabyte). After a clean end `PageCheck` does it
  ///   while the station works already.
  private static func examine(_ queue: DatabaseQueue, _ file: LedgerFile, pages: Bool) throws(Fault)
    -> LatestTime
  {
    try Fault.ofLedger(file.path) {
      try queue.writeWithoutTransaction { database in
        if pages { try PageCheck.check(database, path: file.path) }
        try MergedLedger.refuse(database, path: file.path)
        try ChainVerification.checkEnd(of: database)
        return try JournalQueries.latestTime(database)
      }
    }
  }

  /// Looks at the file again after it failed: a new connection, its pages, and the end of the chain.
  func recover() throws(Fault) {
    pages.stop()
    try connection.withLock { (queue) throws(Fault) in
      guard queue != nil else { throw Self.closed }
      let fresh: DatabaseQueue
      let latest: LatestTime
      do throws(Fault) {
        fresh = try LedgerConnection.writing(file, schema: schema) { _ in }
        latest = try Self.examine(fresh, file, pages: true)
      } catch {
        state.withLock { $0.health = .stopped(error) }
        throw error
      }
      queue = fresh
      state.withLock { $0 = Condition(health: .healthy, latest: latest) }
    }
  }

  /// Takes no more requests; those that wait are still written.
  func stop() {
    line.withLock { $0.closing = true }
    wake.signal()
  }

  /// Stops, waits for the last commit, closes the file and lets go of the lock.
  func close() throws(Fault) {
    stop()
    let runs = line.withLock { line in
      defer { line.threadRuns = false }
      return line.threadRuns
    }
    if runs { ended.wait() }
    pages.stop()
    checkpointer.close()
    defer {
      feed.end()
      lock.release()
    }
    try connection.withLock { (queue) throws(Fault) in
      guard let open = queue else { return }
      queue = nil
      // What the planner must know of the tables to answer quickly; bounded, and its failure costs only time.
      if health == .healthy {
        try? open.write { try $0.execute(sql: "PRAGMA analysis_limit = 400; ANALYZE") }
      }
      if health == .healthy { CleanEnd.mark(open) } else { CleanEnd.clear(open) }
      state.withLock { $0.health = .closed }
      try Fault.ofLedger(file.path) { try open.close() }
    }
  }

  private static let closed = Fault(.ledgerFailed, ["cause": "the ledger is closed"])
}
