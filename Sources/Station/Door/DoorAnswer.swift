/// What the running station answers: one line of JSON.
struct DoorAnswer: Hashable, Sendable, Codable {
  /// Why it was not done; nil: it was.
  var fault: Fault?
  /// status
  var status: StationReport?
  /// outbox-retry: entries released, or those that would be.
  var entries: [OutboxLine]?
  /// sync: entries that are left.
  var left: Int?

  /// batch-open, batch-change, batch-close: the batch as it is now, with a dry run as it would be.
  var batch: BatchLine?

  init() {}

  init(fault: Fault) { self.fault = fault }
}
