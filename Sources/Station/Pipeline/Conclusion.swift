/// How a visit ended, as its row says; `recorded` is false when not even that row could be written.
struct Conclusion: Hashable, Sendable {
  var attempt: AttemptID
  var slot: SlotName
  var hub: HubID?
  var serial: SerialNumber?
  var outcome: Outcome
  var fault: Fault?
  var recorded: Bool
}
