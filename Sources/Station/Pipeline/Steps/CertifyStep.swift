import CertForge
import Foundation

/// An issuer signs. The full certificate is durable before a byte of it goes to the hub.
struct CertifyStep: StepPerformer {
  let bench: Bench

  func perform(_ visit: Visit, story: HubStory) async throws(Fault) -> Evidence {
    let (hub, _, serial) = try visit.known()
    guard let forged = story.generation.forged, forged.attempt == visit.attempt else {
      throw Fault(.issuerRefused, ["serial": serial.text, "cause": "no request of this attempt"])
    }
    let request: SigningRequest
    do throws(CertForgeError) { request = try SigningRequest(der: [UInt8](forged.evidence.request)) } catch {
      throw Fault(.hubRequestInvalid, ["cause": error.description])
    }
    let certificate = try await bench.issuer.issue(
      request, thing: bench.hubNaming.thing(of: hub), serial: serial, now: bench.clock.now())
    guard certificate.publicKey == request.publicKey else {
      throw Fault(.issuerRefused, ["serial": serial.text, "cause": "the certificate is for another key"])
    }
    return .certified(
      .init(
        certificate: Data(certificate.der), fingerprint: certificate.fingerprint, issuer: bench.issuer.name,
        notAfter: Timestamp(certificate.notAfter),
        authority: certificate.authorityKeyIdentifier.map { Hexadecimal.encode($0) }))
  }
}
