/// Which entries a person means. Every condition that is given must hold; none given: all.
struct ParkedFilter: Hashable, Sendable {
  var code: FaultCode?
  var kind: EffectKind?
  var serial: SerialNumber?
  /// One entry, or all of one subject (`OutboxSubject`).
  var entry: String?
  var subject: String?

  static let all = ParkedFilter()

  init(code: FaultCode? = nil, kind: EffectKind? = nil, serial: SerialNumber? = nil) {
    self.code = code
    self.kind = kind
    self.serial = serial
  }

  func matches(_ candidate: OutboxEntry) -> Bool {
    if let code, candidate.fault?.code != code { return false }
    if let kind, candidate.intent.kind != kind { return false }
    if let serial, candidate.intent.unit?.serial != serial { return false }
    if let entry, candidate.intent.entry != entry { return false }
    if let subject, candidate.intent.subject.description != subject { return false }
    return true
  }
}
