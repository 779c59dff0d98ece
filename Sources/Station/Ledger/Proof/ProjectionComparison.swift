import GRDB

/// Whether the live projections are what the journal amounts to.
struct ProjectionComparison: Hashable, Sendable {
  struct Difference: Hashable, Sendable {
    var table: String
    /// The hub, attempt or entry.
    var key: String
    var live: String?
    var rebuilt: String?
  }

  /// At most `longest`; empty when all is equal.
  var differences: [Difference] = []
  static let longest = 20

  var agree: Bool { differences.isEmpty }

  /// Replays the journal into a private database on the disk (an empty name: SQLite makes one and deletes it), so that
  /// it works on a read-only file too.
  init(_ database: Database) throws {
    let fresh = try DatabaseQueue(path: "")
    try fresh.write { target in
      try target.execute(sql: LedgerSchema.projections)
      try Projection.replay(from: database, into: target)
    }
    try fresh.read { target in
      for (table, key) in Projection.tables.sorted(by: { $0.key < $1.key }) {
        try compare(table, key: key, live: database, rebuilt: target)
      }
    }
  }

  /// Both sides in order of their keys, like two sorted lists that are merged.
  private mutating func compare(_ table: String, key: String, live: Database, rebuilt: Database) throws {
    let sql = "SELECT \(key) AS sort_key, * FROM \(table) ORDER BY \(key)"
    let left = try Row.fetchCursor(live, sql: sql)
    let right = try Row.fetchCursor(rebuilt, sql: sql)
    var (one, two) = (try left.next()?.copy(), try right.next()?.copy())
    while (one != nil || two != nil) && differences.count < Self.longest {
      let keys = (try one?.decode(String.self, atIndex: 0), try two?.decode(String.self, atIndex: 0))
      let order = Self.order(keys.0, keys.1)
      if order != 0 || one != two {
        differences.append(
          Difference(
            table: table, key: (order <= 0 ? keys.0 : keys.1) ?? "",
            live: order <= 0 ? one?.description : nil, rebuilt: order >= 0 ? two?.description : nil))
      }
      if order <= 0 { one = try left.next()?.copy() }
      if order >= 0 { two = try right.next()?.copy() }
    }
  }

  /// As SQLite sorts text: byte by byte. An end comes after everything.
  private static func order(_ left: String?, _ right: String?) -> Int {
    guard let left else { return 1 }
    guard let right else { return -1 }
    if left == right { return 0 }
    return left.utf8.lexicographicallyPrecedes(right.utf8) ? -1 : 1
  }
}
