/// Which units to list; what is nil is not asked.
struct UnitFilter: Hashable, Sendable, Codable {
  /// Every order is total; `after` pages through each.
  enum Order: String, Hashable, Sendable, Codable, CaseIterable {
    /// When it was last put on the bench, newest first.
    case newest
    case oldest
    case serial
  }

  var batch: BatchID?
  var model: String?
  /// Of the last attempt.
  var outcome: Outcome?
  var registration: Registration?
  var disposition: UnitDisposition?
  var onHold: Bool?
  /// Where it was last, and who was there.
  var slot: SlotName?
  var actor: String?
  /// When it was last put on the bench: from `since` on, and before `until`.
  var since: Timestamp?
  var until: Timestamp?
  var firmware: String?
  /// Why the last attempt did not pass.
  var fault: FaultCode?
  /// The authority key identifier of its certificate, in lower-case hexadecimal.
  var authority: String?
  /// Part of a serial number, a MAC address, a model or a UUID, whatever its case.
  var text: String?

  var order = Order.newest
  /// Only units that come after this one in the order: the last one of the page before.
  var after: HubID?
  var limit = 200

  /// In words, for the record of a campaign; empty when everything is meant.
  var words: String {
    let pairs: [(String, String?)] = [
      ("batch", batch?.text), ("model", model), ("outcome", outcome?.rawValue),
      ("registration", registration?.rawValue), ("disposition", disposition?.rawValue),
      ("on hold", onHold.map { $0 ? "yes" : "no" }), ("slot", slot?.text), ("operator", actor),
      ("since", since?.description), ("until", until?.description), ("firmware", firmware),
      ("fault", fault?.rawValue), ("issuing CA", authority), ("text", text),
    ]
    return pairs.compactMap { name, value in value.map { "\(name) \($0)" } }.joined(separator: ", ")
  }
}
