import CertForge
import SerialFlasher

/// The hub shows the delivered certificate and signs a fresh nonce with its key.
struct VerifyStep: StepPerformer {
  let bench: Bench

  func perform(_ visit: Visit, story: HubStory) async throws(Fault) -> Evidence {
    let (hub, _, serial) = try visit.known()
    guard let certified = story.generation.certified?.evidence else {
      throw Fault(.possessionRefused, ["serial": serial.text, "reason": "no certificate to verify"])
    }
    let facts: HubFacts
    do throws(HubError) { facts = try await visit.driver.identify() } catch { throw Fault(error) }
    guard let held = facts.certificatePEM.flatMap({ try? Certificate(pem: $0) }),
      held.fingerprint == certified.fingerprint
    else {
      throw Fault(.possessionRefused, ["serial": serial.text, "reason": "another certificate"])
    }
    guard let proof = try await PossessionProver(bench: bench).prove(visit.driver, hub: hub, holding: held)
    else {
      throw Fault(.possessionRefused, ["serial": serial.text, "reason": "the signature does not fit"])
    }
    return .verified(proof)
  }
}
