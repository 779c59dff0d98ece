/// One outbox entry, as `outbox list` prints it. The keys are stable.
struct OutboxLine: Hashable, Sendable, Codable {
  var entry: String
  /// The journal row that owed it.
  var row: Int64
  var state: OutboxEntry.State
  var kind: EffectKind
  /// What it is about: `hub UUID`.
  var subject: String
  /// Of an entry about a hub.
  var hub: HubID?
  var serial: SerialNumber?
  var model: String?
  var thing: String?
  var certificate: String?
  var since: Timestamp
  var fault: FaultCode?
  var sentence: String?
  var hint: String?

  init(_ entry: OutboxEntry) {
    self.entry = entry.intent.entry
    row = entry.sequence
    state = entry.state
    kind = entry.intent.kind
    subject = entry.intent.subject.description
    hub = entry.intent.hub
    serial = entry.intent.unit?.serial
    model = entry.intent.unit?.model
    thing = entry.intent.unit?.thing
    certificate = entry.intent.unit?.certificate
    since = entry.since
    guard let fault = entry.fault else { return }
    self.fault = fault.code
    let wording = Wording(fault)
    sentence = wording.sentence
    hint = wording.hint
  }
}
