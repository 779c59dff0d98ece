/// What a person decided about parked and waiting entries, carried out by the running station or, without one, here.
struct DecidedEntries {
  let options: GlobalOptions
  let decision: OutboxDecision
  let reason: String
  let dryRun: Bool

  /// Prints the entries under a line that says what was done with them.
  func perform(_ filter: ParkedFilter, did: String, would: String) async throws {
    let lines = try await lines(filter)
    if !options.json {
      let count = lines.count == 1 ? "1 entry" : "\(lines.count) entries"
      print("\(count) \(dryRun ? would : did):")
    }
    OutboxListCommand.show(lines, json: options.json)
  }

  private func lines(_ filter: ParkedFilter) async throws -> [OutboxLine] {
    var request = DoorRequest(.outboxDecide, actor: options.actor)
    request.decision = decision
    request.code = filter.code
    request.kind = filter.kind
    request.serial = filter.serial
    request.entry = filter.entry
    request.reason = reason
    request.dryRun = dryRun
    if let answer = try await options.throughDoor(request) { return answer.entries ?? [] }
    let ledger = try await options.writing()
    defer { try? ledger.close() }
    return try await OutboxRelease(journal: ledger, outbox: ledger)
      .decide(decision, filter, reason: reason, actor: options.actor, dryRun: dryRun)
      .map { OutboxLine($0) }
  }
}
