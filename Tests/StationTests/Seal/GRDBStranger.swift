import GRDB

/// Another program that opens the ledger's file.
struct GRDBStranger {
  private let queue: DatabaseQueue

  init(_ path: String) throws { queue = try DatabaseQueue(path: path) }

  func run(_ sql: String) throws { try queue.writeWithoutTransaction { try $0.execute(sql: sql) } }
}
