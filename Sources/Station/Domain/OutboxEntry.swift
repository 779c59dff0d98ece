/// One outbox entry as the ledger's projection has it.
struct OutboxEntry: Hashable, Sendable {
  enum State: String, Codable, Sendable, CaseIterable {
    /// Written with the pass, never sent.
    case owed
    /// A call was begun; its end is not known, or it is to be tried again.
    case sending
    case settled
    /// A person must look.
    case parked
    /// Void, because the unit has another identity now.
    case superseded
    /// Nobody will do it any more: a person decided so, or its time is over.
    case givenUp = "given-up"
  }

  var intent: OutboxIntent
  var state: State
  /// Why it is not done yet, or why it is parked.
  var fault: Fault?
  /// The journal row that owed it; entries of all units are served in this order.
  var sequence: Int64
  /// When it was owed.
  var since: Timestamp
  /// What the cloud answered, once it is settled.
  var evidence: EffectEvidence?
}

extension OutboxEntry {
  /// What would be written.
  init(planned effect: Effect) {
    self.init(
      intent: OutboxIntent(entry: "", effect: effect), state: .owed, sequence: 0,
      since: Timestamp(milliseconds: 0))
  }
}
