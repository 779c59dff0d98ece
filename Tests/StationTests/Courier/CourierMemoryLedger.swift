import Foundation

@testable import Station

/// Journal and outbox in memory, for the long drains: the same rules as the real ledger, none of its durability.
actor CourierMemoryLedger: Journaling, OutboxReading {
  private(set) var rows: [JournalRow] = []
  private var entries: [String: OutboxEntry] = [:]
  private var unfinished: [String: [String]] = [:]
  /// The first unfinished entry of each unit, by sequence, unless it is parked.
  private var due: [(sequence: Int64, entry: String)] = []
  private(set) var largestPage = 0
  /// Entries given to the courier so far.
  private(set) var entriesRead = 0
  private(set) var requests: [[String]] = []
  var refusal: Fault?

  func refuse(_ fault: Fault?) { refusal = fault }

  func append(_ request: AppendRequest) async throws(Fault) -> [JournalRow] {
    if let refusal { throw refusal }
    if Task.isCancelled { throw Fault(.requestCancelled) }
    if let id = request.unfinished, entries[id]?.state != .owed, entries[id]?.state != .sending {
      throw Fault(.headMoved, ["entry": id])
    }
    requests.append(request.drafts.map(\.entry.kind))
    var written: [JournalRow] = []
    for draft in request.drafts {
      let body: Data
      do { body = try draft.entry.body() } catch {
        throw Fault(.ledgerFailed, ["cause": String(describing: error)])
      }
      let row = JournalRow(
        sequence: Int64(rows.count + 1), time: Timestamp(milliseconds: 0), clock: .synchronised,
        station: "TEST", actor: draft.actor, slot: draft.slot, attempt: draft.attempt, hub: draft.hub,
        kind: draft.entry.kind, body: body, versions: "{}", previousHash: Data(), hash: Data())
      rows.append(row)
      apply(draft.entry, row)
      written.append(row)
    }
    return written
  }

  func rows(of hub: HubID) async throws(Fault) -> [JournalRow] { rows.filter { $0.hub == hub } }

  func rows(after sequence: Int64, limit: Int) async throws(Fault) -> [JournalRow] {
    Array(rows.dropFirst(Int(sequence)).prefix(limit))
  }

  func dueEntries(after sequence: Int64, limit: Int, now: Timestamp) async throws(Fault) -> [OutboxEntry] {
    let page = due[index(after: sequence)...].prefix(limit).compactMap { entries[$0.entry] }
    largestPage = max(largestPage, page.count)
    entriesRead += page.count
    return page
  }

  func dueEntries(ofSubjectOf entry: String, limit: Int, now: Timestamp) async throws(Fault)
    -> [OutboxEntry]
  {
    guard let subject = entries[entry]?.intent.subject.description,
      let first = unfinished[subject]?.first.flatMap({ entries[$0] }), first.state != .parked
    else { return [] }
    entriesRead += 1
    return [first]
  }

  /// None of its entries is due by the clock.
  func overdueEntries(limit: Int, now: Timestamp) async throws(Fault) -> [OutboxEntry] { [] }

  func outboxCounts() async throws(Fault) -> [OutboxEntry.State: Int] {
    entries.values.reduce(into: [:]) { $0[$1.state, default: 0] += 1 }
  }

  func outboxEntries(_ filter: OutboxFilter) async throws(Fault) -> [OutboxEntry] {
    Array(
      entries.values.filter { entry in
        entry.sequence > filter.after && filter.state ?? entry.state == entry.state
          && filter.kind ?? entry.intent.kind == entry.intent.kind
          && (filter.fault == nil || filter.fault == entry.fault?.code)
      }.sorted { $0.sequence < $1.sequence }.prefix(filter.limit))
  }

  private func apply(_ entry: JournalEntry, _ row: JournalRow) {
    switch entry {
    case .owed(let intent):
      entries[intent.entry] = OutboxEntry(
        intent: intent, state: .owed, fault: nil, sequence: row.sequence, since: row.time)
      unfinished[intent.subject.description, default: []].append(intent.entry)
      if unfinished[intent.subject.description]?.count == 1 { list(intent.entry) }
    case .sending(let id): entries[id]?.state = .sending
    case .delayed(let id, let fault): entries[id]?.fault = fault
    case .parked(let id, let fault):
      entries[id]?.state = .parked
      entries[id]?.fault = fault
      unlist(id)
    case .released(let id, _):
      entries[id]?.state = .sending
      list(id)
    case .settled(let id, _):
      entries[id]?.state = .settled
      unlist(id)
      guard let subject = entries[id]?.intent.subject.description else { return }
      unfinished[subject]?.removeAll { $0 == id }
      if let next = unfinished[subject]?.first { list(next) }
    default: break
    }
  }

  private func list(_ id: String) {
    guard let entry = entries[id] else { return }
    due.insert((entry.sequence, id), at: index(after: entry.sequence - 1))
  }

  private func unlist(_ id: String) {
    guard let entry = entries[id] else { return }
    let place = index(after: entry.sequence - 1)
    if place < due.count, due[place].entry == id { due.remove(at: place) }
  }

  private func index(after sequence: Int64) -> Int {
    var low = 0
    var high = due.count
    while low < high {
      let middle = (low + high) / 2
      if due[middle].sequence <= sequence { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
