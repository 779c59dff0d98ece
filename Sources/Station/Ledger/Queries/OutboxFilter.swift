/// Which outbox entries to list; what is nil is not asked. In the order in which they were owed.
struct OutboxFilter: Hashable, Sendable {
  var state: OutboxEntry.State?
  var kind: EffectKind?
  /// The code of the fault that an entry waits or is parked for.
  var fault: FaultCode?
  var hub: HubID?
  /// As `OutboxSubject` writes it.
  var subject: String?
  var entry: String?
  /// Only entries owed after this row of the journal: the last one of the page before.
  var after: Int64 = 0
  var limit = 200
}
