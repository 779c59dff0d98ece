import GRDB

/// One transaction for everybody who waits: a savepoint per request, so that one who is refused costs the others
/// nothing, and one COMMIT, so that they share the wait for the disk.
struct GroupCommit {
  let author: JournalAuthor
  let path: String

  struct Answers {
    /// One per request, in order.
    var results: [Result<[JournalRow], Fault>]
    /// What this says of the ledger; nil when it says nothing new. When the transaction as a whole was lost, nothing of
    /// it is in the ledger, and every result says so.
    var health: LedgerHealth?
  }

  func run(_ works: [LedgerWork], _ database: Database) -> Answers {
    do {
      try database.beginTransaction(.immediate)
      var tail = try JournalTail(database)
      var results: [Result<[JournalRow], Fault>] = []
      results.reserveCapacity(works.count)
      for work in works { results.append(try perform(work, database, &tail)) }
      try database.commit()
      return Answers(results: results, health: .healthy)
    } catch {
      var fault = Fault(ledger: path, error)
      do { try database.rollback() } catch let second {
        fault.values["rollback"] = String(String(describing: second).prefix(Fault.longestValue))
      }
      // Another program holds the file for long: nothing was written, and nothing is wrong with it.
      let busy = (error as? DatabaseError)?.resultCode == .SQLITE_BUSY
      return Answers(
        results: works.map { _ in .failure(fault) }, health: busy ? nil : LedgerHealth(after: fault))
    }
  }

  /// - Throws: what breaks the transaction; what only refuses this request is its result.
  private func perform(_ work: LedgerWork, _ database: Database, _ tail: inout JournalTail) throws
    -> Result<[JournalRow], Fault>
  {
    let before = tail
    try database.run("SAVEPOINT request")
    do {
      let rows = try work.run(database, &tail, author)
      if case .rehearse = work {
        try database.run("ROLLBACK TO request")
        try database.run("RELEASE request")
        tail = before
        return .success([])
      }
      try database.run("RELEASE request")
      return .success(rows)
    } catch {
      if let error = error as? DatabaseError, error.breaksTransaction { throw error }
      // SQLite may have ended the transaction by itself; then there is nothing to roll back to.
      guard database.isInsideTransaction else { throw error }
      try database.run("ROLLBACK TO request")
      try database.run("RELEASE request")
      tail = before
      return .failure(Fault(ledger: path, error))
    }
  }
}
