/// Where work orders are opened, changed and closed: behind the Door of a running station, and under the ledger's lock
/// without one.
struct BatchDesk: Sendable {
  let ledger: Ledger
  let actor: String
  /// No station runs: attempts that are open were left by one that died, and end with their batch.
  var endsAttempts = false

  /// - Parameter serials: the listed ones; `batch.listed` is set from them.
  /// - Returns: the batch as it was opened; with `dryRun` as it would be, and nothing is written.
  /// - Throws: `batch-taken`, `batch-slot-taken`, `batch-overlap`, `batch-invalid`.
  func open(_ wanted: Batch, serials: [SerialNumber]? = nil, reason: String?, dryRun: Bool = false)
    async throws(Fault) -> Batch
  {
    var batch = wanted
    batch.listed = serials?.count
    try batch.check()
    let (id, model) = (batch.id, batch.model)
    let lists = (serials ?? []).chunks(of: BatchSerials.mostInRow).map {
      BatchSerials(batch: id, model: model, serials: $0)
    }
    let entries: [JournalEntry] =
      [.batchOpened(BatchOpening(batch: batch, reason: reason))] + lists.map { .batchListed($0) }
    if dryRun {
      try await ledger.rehearse(entries.map { JournalDraft(actor: actor, entry: $0) })
    } else {
      try await write(entries)
    }
    return batch
  }

  /// - Parameters:
  ///   - over: nil: as it is.
  ///   - slots: nil: as they are; empty: all of the bench.
  /// - Throws: `batch-unknown`, `batch-closed`, `batch-slot-taken`, `batch-invalid`.
  func change(_ id: BatchID, over: Int?, slots: [SlotName]?, reason: String, dryRun: Bool = false)
    async throws(Fault) -> Batch
  {
    var batch = try await ledger.batch(id).batch
    if let over { batch.over = over }
    if let slots { batch.slots = slots.isEmpty ? nil : slots }
    let entry = JournalEntry.batchChanged(
      BatchChange(batch: id, over: batch.over, slots: batch.slots, reason: reason))
    if dryRun {
      try await ledger.rehearse([JournalDraft(actor: actor, entry: entry)])
    } else {
      try await write([entry])
    }
    return batch
  }

  /// Ends production of a batch for ever. The one place where a batch is closed.
  ///
  /// - Returns: how far it had come.
  /// - Throws: `batch-unknown`, `batch-closed`, `batch-at-work`.
  func close(_ id: BatchID, reason: String, dryRun: Bool = false) async throws(Fault) -> BatchCounts {
    _ = try await ledger.batch(id)
    let counts = try await ledger.batchCounts(id)
    let closing = BatchClosing(
      batch: id, reason: reason, passed: counts.passed, scrapped: counts.scrapped)
    // One transaction: what refuses the close leaves the attempts as they are.
    var drafts = endsAttempts ? try await ledger.openAttempts(in: id).map { LiveStation.end(of: $0) } : []
    drafts.append(JournalDraft(actor: actor, entry: .batchClosed(closing)))
    if dryRun {
      try await ledger.rehearse(drafts)
    } else {
      _ = try await ledger.append(AppendRequest(drafts, outlivesCancellation: true))
    }
    return counts
  }

  private func write(_ entries: [JournalEntry]) async throws(Fault) {
    _ = try await ledger.append(
      AppendRequest(entries.map { JournalDraft(actor: actor, entry: $0) }, outlivesCancellation: true))
  }
}

extension Array {
  /// Pieces of at most `size` elements, in order; none for an empty array.
  func chunks(of size: Int) -> [[Element]] {
    stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
  }
}
