/// What `CourierState` wants done next.
enum CourierStep: Hashable, Sendable {
  /// Send this entry.
  case send(Sending)
  /// Read a page of due entries and give it to `scanned`.
  case scan(after: Int64, limit: Int)
  /// Read the entries that are due by the clock alone and give them to `overdue`.
  case scanOverdue(limit: Int)
  /// Ask for the version of the lane's credentials and give it to `credentials`.
  case askVersion(Lane)
  /// Nothing to do before that point of the uptime, unless something ends.
  case wait(until: Duration)

  struct Sending: Hashable, Sendable {
    var entry: String
    var sequence: Int64
    var kind: EffectKind
    /// An earlier call may have had its effect.
    var probeFirst: Bool
  }
}

/// How one try of an entry ended.
enum SendingEnd: Sendable {
  case done(EffectEvidence)
  /// - effectPossible: the call may have had its effect all the same.
  case failed(Fault, effectPossible: Bool)
  /// An earlier call may have had its effect, the search for it found nothing, and it must not be made again blindly.
  case missed
  /// The ledger does not list it as due any more: superseded, parked, or given up meanwhile.
  case vanished
  /// The courier was stopped in the middle; the entry stays begun and is probed when the courier works again.
  case abandoned
  /// The ledger refused a read or a row: the courier cannot go on.
  case ledgerFailed(Fault)
}
