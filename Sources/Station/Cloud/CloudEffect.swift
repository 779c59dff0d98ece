/// One kind of outbox entry, towards the cloud. Every kind has this one shape: probe, call, compare.
///
/// The courier calls `probe` first when an earlier call may have had its effect (the entry was begun before this
/// process knew its end); otherwise `call`, then `compare`. All three can be repeated.
///
/// A fault's disposition tells the courier what to do: `retryNow` and `waitForNetwork` are tried again with back-off,
/// `waitForHub` is listed apart, `setAside` parks the entry and holds the unit, `stopTheLine` stops the whole lane.
protocol CloudEffect: Sendable {
  /// Whether the cloud has it already, exactly as intended; a different one is a conflict and thrown as a fault.
  func probe(_ intent: OutboxIntent) async throws(Fault) -> EffectEvidence?
  func call(_ intent: OutboxIntent) async throws(Fault) -> EffectEvidence
  /// After a call that says "was there already": is what is there what was intended?
  func compare(_ intent: OutboxIntent, _ answer: EffectEvidence) async throws(Fault) -> EffectEvidence
}
