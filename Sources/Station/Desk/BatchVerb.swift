/// What a request about a work order asks for; the Door and the verbs that hold the lock do the same with it.
struct BatchVerb: Sendable {
  let request: DoorRequest

  init(_ request: DoorRequest) { self.request = request }

  func perform(at desk: BatchDesk) async throws(Fault) -> BatchLine {
    let dryRun = request.dryRun ?? false
    switch request.verb {
    case .batchOpen:
      guard let order = request.order else { throw Self.incomplete }
      let batch = try await desk.open(
        order, serials: request.serials, reason: request.reason, dryRun: dryRun)
      if dryRun { return BatchLine(planned: batch) }
      return try await line(batch.id, desk)
    case .batchChange:
      guard let id = request.batch, let reason = request.reason else { throw Self.incomplete }
      let batch = try await desk.change(
        id, over: request.over, slots: request.slots, reason: reason, dryRun: dryRun)
      var line = try await line(id, desk)
      if dryRun { line.take(batch) }
      return line
    default:
      guard let id = request.batch, let reason = request.reason else { throw Self.incomplete }
      _ = try await desk.close(id, reason: reason, dryRun: dryRun)
      return try await line(id, desk)
    }
  }

  private func line(_ id: BatchID, _ desk: BatchDesk) async throws(Fault) -> BatchLine {
    BatchLine(try await desk.ledger.batch(id), try await desk.ledger.batchCounts(id))
  }

  private static let incomplete = Fault(.batchInvalid, ["cause": "the request names no batch or no reason"])
}
