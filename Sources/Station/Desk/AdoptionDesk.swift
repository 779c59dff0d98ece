/// Where a person allows a hub that was finished elsewhere to be taken in: a row that names the very identity which the
/// hub proved to hold when it was last on the bench. The hub is taken in when it is put in again, by the same proof.
struct AdoptionDesk: Sendable {
  let ledger: Ledger
  let actor: String

  /// - Returns: what is allowed; with `dryRun` what would be.
  /// - Throws: `unit-unknown`; `adoption-refused` with why.
  func allow(_ hub: HubID, reason: String, dryRun: Bool = false) async throws(Fault) -> UnitAdoption {
    guard let unit = try await ledger.unit(hub) else { throw Fault(.unitUnknown, ["hub": hub.text]) }
    func refused(_ cause: String) -> Fault {
      Fault(.adoptionRefused, ["serial": unit.serial.text, "cause": cause])
    }
    guard unit.passed == nil else { throw refused("it was finished here") }
    guard unit.disposition == .making else { throw refused("it is \(unit.disposition.rawValue)") }
    guard !unit.onHold else { throw refused("it is on hold") }
    var last: Identification?
    var issued: Set<String> = []
    for row in try await ledger.rows(of: hub) {
      switch try row.entry() {
      case .done(.identified(let found)): last = found
      case .done(.certified(let certified)): issued.insert(certified.fingerprint)
      default: break
      }
    }
    guard let last, let held = last.heldCertificate else { throw refused("it held no identity") }
    guard !issued.contains(held) else { throw refused("its identity was issued here") }
    guard last.heldIsTrusted else { throw refused("nobody whom this station trusts issued its certificate") }
    guard last.proof != nil else { throw refused("it did not prove that it holds the key") }
    let adoption = UnitAdoption(certificate: held, reason: reason)
    if dryRun { return adoption }
    _ = try await ledger.append(
      AppendRequest(
        [JournalDraft(actor: actor, hub: hub, entry: .adoption(adoption))],
        expecting: .init(hub: hub, sequence: unit.lastSequence), outlivesCancellation: true))
    return adoption
  }
}
