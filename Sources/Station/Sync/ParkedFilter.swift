/// Which parked entries a person means. Every condition that is given must hold; none given: all.
struct ParkedFilter: Hashable, Sendable {
  var code: FaultCode?
  var kind: EffectKind?
  var serial: SerialNumber?

  static let all = ParkedFilter()

  init(code: FaultCode? = nil, kind: EffectKind? = nil, serial: SerialNumber? = nil) {
    self.code = code
    self.kind = kind
    self.serial = serial
  }

  func matches(_ entry: OutboxEntry) -> Bool {
    if let code, entry.fault?.code != code { return false }
    if let kind, entry.intent.kind != kind { return false }
    if let serial, entry.intent.unit?.serial != serial { return false }
    return true
  }
}
