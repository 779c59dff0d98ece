import GRDB

/// A ledger opened for reading, beside the station that writes it: reading verbs, reports, a copy to be verified.
struct LedgerReader: LedgerReading {
  let path: String
  private let pool: DatabasePool

  init(_ file: LedgerFile, schema: LedgerSchema = .current) throws(Fault) {
    path = file.path
    try LedgerExchange(file).refuseUnfinished()
    pool = try LedgerConnection.reading(file, schema: schema)
  }

  var reader: LedgerReader { self }

  /// Not GRDB's async read: that is broken off with the calling task, and a slot that was told to stop still has to
  /// read the rows that it ends with.
  func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws(Fault)
    -> Value
  {
    let path = path
    let result: Result<Value, Fault> = await withCheckedContinuation { continuation in
      pool.asyncRead { access in
        continuation.resume(
          returning: Result { () throws(Fault) in try Fault.ofLedger(path) { try body(try access.get()) } })
      }
    }
    return try result.get()
  }

  /// In the caller's own thread.
  func readNow<Value>(_ body: (Database) throws -> Value) throws(Fault) -> Value {
    try Fault.ofLedger(path) { try pool.read(body) }
  }

  /// Walks the chain from row 1, in one snapshot and in the caller's own thread.
  ///
  /// - Parameter progress: hears of every ten thousandth row.
  func chain(_ seals: SealVerification, progress: (Int64) -> Void = { _ in }) throws(Fault)
    -> ChainVerification
  {
    var chain = ChainVerification()
    do throws(Fault) {
      try readNow { chain = try ChainVerification($0, seals: seals, progress: progress) }
    } catch {
      // Behind a damaged page SQLite does not even end its transaction well.
      guard error.code == .ledgerCorrupt, chain.firstBreak != nil else { throw error }
    }
    return chain
  }

  func close() throws(Fault) {
    try Fault.ofLedger(path) { try pool.close() }
  }
}
