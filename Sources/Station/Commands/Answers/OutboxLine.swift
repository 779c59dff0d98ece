/// One outbox entry, as `outbox list` prints it. The keys are stable.
struct OutboxLine: Hashable, Sendable, Codable {
  var entry: String
  /// The journal row that owed it.
  var row: Int64
  var state: OutboxEntry.State
  var kind: EffectKind
  /// What it is about: `hub UUID`, `lock 12`, `key UUID`; and shorter, for lists.
  var subject: String
  var name: String
  /// Of an entry about a hub.
  var hub: HubID?
  var serial: SerialNumber?
  var model: String?
  var thing: String?
  var certificate: String?
  var since: Timestamp
  /// What the cloud answered, once it is settled: `["number": "7"]`.
  var evidence: [String: String]?
  var fault: FaultCode?
  var sentence: String?
  var hint: String?

  /// What a list shows of the answer.
  var result: String? { evidence?["number"].map { "number \($0)" } ?? evidence?["site"].map { "site \($0)" } }

  init(_ entry: OutboxEntry) {
    self.entry = entry.intent.entry
    row = entry.sequence
    state = entry.state
    kind = entry.intent.kind
    subject = entry.intent.subject.description
    name = entry.intent.subject.shortText
    hub = entry.intent.hub
    serial = entry.intent.unit?.serial
    model = entry.intent.unit?.model
    thing = entry.intent.unit?.thing
    certificate = entry.intent.unit?.certificate
    since = entry.since
    evidence = entry.evidence?.values
    guard let fault = entry.fault else { return }
    self.fault = fault.code
    let wording = Wording(fault)
    sentence = wording.sentence
    hint = wording.hint
  }
}
