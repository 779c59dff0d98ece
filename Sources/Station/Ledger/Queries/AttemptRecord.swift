/// One stay of a hub on the bench.
struct AttemptRecord: Hashable, Sendable {
  var attempt: AttemptID
  /// nil until it is identified.
  var hub: HubID?
  var slot: SlotName?
  var actor: String
  var openedSequence: Int64
  var opened: Timestamp
  /// nil while it goes on, or when the station died in it.
  var closed: Timestamp?
  /// The step that it came to.
  var step: Step?
  var outcome: Outcome?
  var fault: FaultCode?
}
