import Foundation
import GRDB

extension Fault {
  /// What an error below the ledger means to the station.
  init(ledger path: String, _ error: any Error) {
    if let fault = error as? Fault {
      self = fault
      // Requests are refused for reasons of their own; what is wrong with the file names the file.
      if code.disposition == .stopTheLine, values["path"] == nil { values["path"] = path }
      return
    }
    let cause: String
    var code = FaultCode.ledgerFailed
    switch error {
    case let error as DatabaseError:
      cause = "SQLite \(error.extendedResultCode.rawValue): \(error.message ?? "no message")"
      switch error.resultCode {
      case .SQLITE_FULL: code = .ledgerFull
      case .SQLITE_CORRUPT, .SQLITE_NOTADB: code = .ledgerCorrupt
      case .SQLITE_READONLY, .SQLITE_PERM: code = .ledgerReadOnly
      default: break
      }
    case is RowDecodingError:
      code = .ledgerCorrupt
      cause = String(describing: error)
    case is DecodingError:
      code = .ledgerCorrupt
      cause = String(describing: error)
    default: cause = String(describing: error)
    }
    self.init(code, ["path": path, "cause": cause])
  }

  /// Runs work on the ledger with its errors as faults.
  static func ofLedger<Value>(_ path: String, _ work: () throws -> Value) throws(Fault) -> Value {
    do { return try work() } catch { throw Fault(ledger: path, error) }
  }
}

extension DatabaseError {
  /// Whether the whole transaction is lost, not only the request that met the error.
  var breaksTransaction: Bool {
    switch resultCode {
    case .SQLITE_CONSTRAINT, .SQLITE_TOOBIG, .SQLITE_MISMATCH: false
    default: true
    }
  }
}

extension Database {
  /// Statements are prepared once per connection.
  func run(_ sql: String, _ arguments: StatementArguments = []) throws {
    try cachedStatement(sql: sql).execute(arguments: arguments)
  }
}
