import GRDB

/// Whether the file's tables and indexes are whole: what a look at the rows alone does not show, and what could make a
/// question have another answer than the rows give.
struct TableVerification: Hashable, Sendable {
  /// In SQLite's words, or ours; at most `longest`.
  var problems: [String] = []
  static let longest = 20

  var isGood: Bool { problems.isEmpty }

  /// Reads every page, and every index beside its table: minutes for a large ledger.
  init(_ database: Database) throws {
    let words = try String.fetchAll(database, sql: "PRAGMA integrity_check(\(Self.longest))")
    problems = words.filter { $0 != "ok" }
    let expected = try Self.objects(of: .current)
    let found = try Self.objects(database)
    for (name, text) in expected.sorted(by: { $0.key < $1.key }) where found[name] != text {
      problems.append("\(name) is \(found[name] == nil ? "missing" : "not as the program makes it")")
    }
    for name in found.keys.sorted() where expected[name] == nil {
      problems.append("\(name) is not of this program")
    }
    problems = Array(problems.prefix(Self.longest))
  }

  init() {}

  mutating func add(_ problem: String) {
    if problems.count < Self.longest { problems.append(problem) }
  }

  /// What could not be gone through because it is damaged, or says what no station writes, is a problem like the others.
  ///
  /// - Throws: any other fault.
  mutating func add(_ fault: Fault) throws(Fault) {
    guard fault.code == .ledgerCorrupt else { throw fault }
    let place = fault.values["row"].map { "row \($0): " } ?? ""
    add(place + (fault.values["cause"] ?? fault.code.rawValue))
  }

  /// Tables, indexes and triggers, with the texts that they were made by: an index over other rows than it should have
  /// would be used in silence, and a trigger that is gone would let rows be changed.
  private static func objects(_ database: Database) throws -> [String: String] {
    var objects: [String: String] = [:]
    // sqlite_stat tables are SQLite's own notes for its planner, and sqlite_autoindex ones have no text.
    let rows = try Row.fetchCursor(
      database,
      sql:
        "SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%'")
    while let row = try rows.next() {
      objects[try row.decode(String.self, atIndex: 0)] = try row.decode(String.self, atIndex: 1)
    }
    return objects
  }

  private static func objects(of schema: LedgerSchema) throws -> [String: String] {
    let fresh = try DatabaseQueue()
    return try fresh.writeWithoutTransaction { database in
      try schema.migrate(database) { _ in }
      return try objects(database)
    }
  }
}
