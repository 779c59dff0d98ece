import CertForge
import SerialFlasher

/// Asks the hub who it is and which identity it holds, and has it prove that identity. Believes nothing unchecked.
struct IdentifyStep: StepPerformer {
  let bench: Bench

  func perform(_ visit: Visit, story: HubStory) async throws(Fault) -> Evidence {
    try checkClock()
    let facts: HubFacts
    do throws(HubError) {
      try await visit.driver.begin()
      facts = try await visit.driver.identify()
    } catch { throw Fault(error) }
    guard let model = bench.models.first(where: { $0.isReported(as: facts.model) }) else {
      throw Fault(.modelUnknown, ["model": Printable.text(facts.model)])
    }
    let serial = try model.serialRule.normalise(facts.serial)
    let mac = facts.mac.flatMap(MACAddress.normalise)
    if model.macRequired, mac == nil {
      throw Fault(.macInvalid, ["mac": Printable.text(facts.mac ?? ""), "serial": serial.text])
    }
    let hub = try bench.hubNaming.hub(model: model, serial: serial, reported: facts.hubID)
    visit.hub = hub
    visit.model = model
    // A certificate that cannot be read is no identity: it is overwritten like a bare hub's nothing.
    visit.held = facts.certificatePEM.flatMap { try? Certificate(pem: $0) }
    var identification = Identification(
      serial: serial, model: model.id, mac: mac, firmware: facts.firmwareVersion.map(Printable.text),
      heldCertificate: visit.held?.fingerprint, proof: nil, heldIsTrusted: false)
    if let held = visit.held {
      identification.heldIsTrusted = isTrusted(held, serial: serial)
      identification.proof = try await PossessionProver(bench: bench).prove(
        visit.driver, hub: hub, holding: held)
    }
    visit.identification = identification
    return .identified(identification)
  }

  /// Time can lie: no certificate is issued when the clock says something that cannot be.
  private func checkClock() throws(Fault) {
    // The bounds first: rows of other slots are written all the time.
    let bounds: [(String, Timestamp?)] = [
      ("the ledger's newest row", bench.lastRowTime()), ("the issuing CA's start", bench.issuer.notBefore),
      ("this program's release", StationVersion.released),
    ]
    let now = bench.clock.now()
    for (what, bound) in bounds {
      if let bound, now < bound {
        throw Fault(.clockWrong, ["now": now.description, "earliest": bound.description, "because": what])
      }
    }
  }

  private func isTrusted(_ held: Certificate, serial: SerialNumber) -> Bool {
    if bench.issuer.recognises(held, serial: serial) { return true }
    guard held.subjectSerialNumber == serial.text else { return false }
    return bench.trustedAuthorities.contains { held.isIssued(by: $0) }
  }
}
