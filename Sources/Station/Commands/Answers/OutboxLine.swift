/// One outbox entry, as `outbox list` prints it. The keys are stable.
struct OutboxLine: Hashable, Sendable, Codable {
  var entry: String
  /// The journal row that owed it.
  var row: Int64
  var state: OutboxEntry.State
  var kind: EffectKind
  var order: Int
  var hub: HubID
  var serial: SerialNumber
  var model: String
  var thing: String
  var certificate: String
  var since: Timestamp
  var fault: FaultCode?
  var sentence: String?
  var hint: String?

  init(_ entry: OutboxEntry) {
    self.entry = entry.intent.entry
    row = entry.sequence
    state = entry.state
    kind = entry.intent.kind
    order = entry.intent.order
    hub = entry.intent.hub
    serial = entry.intent.serial
    model = entry.intent.model
    thing = entry.intent.thing
    certificate = entry.intent.certificate
    since = entry.since
    guard let fault = entry.fault else { return }
    self.fault = fault.code
    let wording = Wording(fault)
    sentence = wording.sentence
    hint = wording.hint
  }
}
