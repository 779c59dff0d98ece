/// What a decision came to for one unit. The keys are stable.
struct DispositionLine: Hashable, Sendable, Codable {
  var hub: HubID
  var serial: SerialNumber?
  /// Where it stands now.
  var state: String?
  var fault: FaultCode?
  var sentence: String?
  var hint: String?

  mutating func refuse(_ fault: Fault) {
    let wording = Wording(fault)
    (self.fault, sentence, hint) = (fault.code, wording.sentence, wording.hint)
  }
}
