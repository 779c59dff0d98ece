/// What the running station answers: one line of JSON.
struct DoorAnswer: Hashable, Sendable, Codable {
  /// Why it was not done; nil: it was.
  var fault: Fault?
  /// status
  var status: StationReport?
  /// outbox-decide: entries decided, or those that would be; owe: those that were written.
  var entries: [OutboxLine]?
  /// sync: entries that are left.
  var left: Int?

  /// batch-open, batch-change, batch-close: the batch as it is now, with a dry run as it would be.
  var batch: BatchLine?

  /// dispose, adopt: one for each unit.
  var decisions: [DispositionLine]?
  var correction: UnitCorrection?
  var campaign: CampaignLine?
  /// badge: who signs now.
  var onDuty: String?

  init() {}

  init(fault: Fault) { self.fault = fault }
}
