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
    /// The row that seals what was written, where it was time for one.
    var seal: JournalRow?
    /// Why it could not be sealed; the rows themselves are written all the same.
    var sealFault: Fault?
  }

  func run(_ works: [LedgerWork], _ database: Database) -> Answers {
    do {
      try database.beginTransaction(.immediate)
      var tail = try JournalTail(database)
      var results: [Result<[JournalRow], Fault>] = []
      results.reserveCapacity(works.count)
      for work in works { results.append(try perform(work, database, &tail)) }
      var answers = Answers(results: results, health: .healthy)
      try seal(works, &answers, database, &tail)
      try database.commit()
      return answers
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

  /// At the end of the transaction, so that one seal is over the rows of everybody in it. A seal that cannot be made
  /// must not stop the line: it is said, and tried again with the next rows.
  ///
  /// - Throws: what breaks the transaction.
  private func seal(
    _ works: [LedgerWork], _ answers: inout Answers, _ database: Database, _ tail: inout JournalTail
  ) throws {
    let asked = zip(works, answers.results).lazy.compactMap { work, result in
      if case .success = result { work.sealReason } else { nil }
    }.first
    let sealed = try inSavepoint(database, &tail) { database, tail in
      guard let sealer = author.sealer else {
        if case .seal? = works.first(where: { if case .seal = $0 { true } else { false } }) {
          throw Fault(.sealFailed, ["cause": "it has no key"])
        }
        return []
      }
      return try sealer.seal(asked: asked, database, &tail, author).map { [$0] } ?? []
    }
    switch sealed {
    case .success(let rows): answers.seal = rows.first
    case .failure(let fault):
      answers.sealFault = fault.code == .sealFailed ? fault : Fault(.sealFailed, fault.values)
    }
    for (index, work) in works.enumerated() {
      guard case .seal = work else { continue }
      answers.results[index] = answers.sealFault.map { .failure($0) } ?? .success([])
    }
  }

  /// - Throws: what breaks the transaction; what only refuses this request is its result.
  private func perform(_ work: LedgerWork, _ database: Database, _ tail: inout JournalTail) throws
    -> Result<[JournalRow], Fault>
  {
    let isRehearsal = if case .rehearse = work { true } else { false }
    return try inSavepoint(database, &tail, isRehearsal: isRehearsal) { database, tail in
      try work.run(database, &tail, author)
    }
  }

  private func inSavepoint(
    _ database: Database, _ tail: inout JournalTail, isRehearsal: Bool = false,
    _ body: (Database, inout JournalTail) throws -> [JournalRow]
  ) throws -> Result<[JournalRow], Fault> {
    let before = tail
    try database.run("SAVEPOINT request")
    do {
      let rows = try body(database, &tail)
      if isRehearsal {
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
