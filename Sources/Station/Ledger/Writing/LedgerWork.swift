import Foundation
import GRDB

/// One request to the writer. Runs in a savepoint of its own inside the group's transaction.
enum LedgerWork: Sendable {
  case append([PreparedDraft], expecting: AppendRequest.Head?, unfinished: String?)
  /// Writes and takes back: whether the rows would be admitted.
  case rehearse([PreparedDraft])
  case remember(key: String, value: String?)
  case rebuild
  /// Seals the rows now; the group does it, at its end.
  case seal(LedgerSeal.Reason)

  func run(_ database: Database, _ tail: inout JournalTail, _ author: JournalAuthor) throws -> [JournalRow] {
    switch self {
    case .append(let drafts, let head, let entry):
      if let head { try Self.check(head, database) }
      if let entry { try Self.checkUnfinished(entry, database) }
      return try Self.append(drafts, database, &tail, author)
    case .rehearse(let drafts): return try Self.append(drafts, database, &tail, author)
    case .remember(let key, let value?):
      try database.run(
        "INSERT INTO station_state(key, value) VALUES(?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value",
        [key, value])
      return []
    case .remember(let key, nil):
      try database.run("DELETE FROM station_state WHERE key = ?", [key])
      return []
    case .rebuild:
      try Projection.rebuild(database)
      return []
    case .seal: return []
    }
  }

  /// Why the rows are to be sealed with this request.
  var sealReason: LedgerSeal.Reason? {
    switch self {
    case .append(let drafts, _, _): drafts.lazy.compactMap(\.draft.entry.sealReason).first
    case .seal(let reason): reason
    case .rehearse, .remember, .rebuild: nil
    }
  }

  /// Whoever decided on older rows has to decide again.
  private static func check(_ head: AppendRequest.Head, _ database: Database) throws {
    let statement = try database.cachedStatement(sql: "SELECT max(seq) FROM journal WHERE hub = ?")
    let newest = try Int64.fetchOne(statement, arguments: [head.hub.text]) ?? 0
    guard newest == head.sequence else {
      throw Fault(
        .headMoved,
        ["hub": head.hub.text, "expected": String(head.sequence), "actual": String(newest)])
    }
  }

  /// Whoever had its call out when it was given up or superseded has nothing more to say of it.
  private static func checkUnfinished(_ entry: String, _ database: Database) throws {
    let statement = try database.cachedStatement(sql: "SELECT state FROM outbox WHERE entry = ?")
    let state = try String.fetchOne(statement, arguments: [entry])
    guard let state, ["owed", "sending"].contains(state) else {
      throw Fault(.headMoved, ["entry": entry, "expected": "unfinished", "actual": state ?? "unknown"])
    }
  }

  static func append(
    _ drafts: [PreparedDraft], _ database: Database, _ tail: inout JournalTail, _ author: JournalAuthor
  ) throws -> [JournalRow] {
    let (now, clock) = (author.clock.now(), author.clock.state())
    var rows: [JournalRow] = []
    rows.reserveCapacity(drafts.count)
    for prepared in drafts {
      let draft = prepared.draft
      var row = JournalRow(
        sequence: tail.sequence + 1, time: now, clock: clock, station: author.station, actor: draft.actor,
        slot: draft.slot, attempt: draft.attempt, hub: draft.hub, kind: prepared.kind, body: prepared.body,
        versions: prepared.versions, previousHash: tail.hash, hash: Data())
      row.hash = JournalHash.of(row)
      try Admission.check(row, draft.entry, database)
      try insert(row, draft.entry, database)
      tail.sequence = row.sequence
      tail.hash = row.hash
      rows.append(row)
    }
    return rows
  }

  /// Adds a row that has its hashes, and what it amounts to.
  static func insert(_ row: JournalRow, _ entry: JournalEntry, _ database: Database) throws {
    try database.run(
      """
      INSERT INTO journal(seq, time, clock, station, actor, slot, attempt, hub, kind, body, versions,
        previous_hash, hash) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        row.sequence, row.time.description, row.clock.rawValue, row.station, row.actor, row.slot?.text,
        row.attempt?.text, row.hub?.text, row.kind, row.body, row.versions, row.previousHash, row.hash,
      ])
    try Projection.apply(row, entry, database)
  }
}
