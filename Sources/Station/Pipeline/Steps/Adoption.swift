import CertForge
import Foundation

/// Takes in what another station of the same issuer made of a hub. Identify has had the hub prove that it holds the
/// identity; here the files beside it are compared with those of its model, and synced, so that the pass means what it
/// always means.
struct Adoption: Sendable {
  let bench: Bench

  /// - Throws: `digest-mismatch` when the hub's files are not those that this station would give it.
  func evidence(_ visit: Visit) async throws(Fault) -> (Evidence.Certified, Evidence.Delivered) {
    guard let held = visit.held else {
      throw Fault(.identityLost, ["serial": visit.identification?.serial.text ?? ""])
    }
    let isOurs = bench.trustedAuthorities.contains { held.isIssued(by: $0) }
    let certified = Evidence.Certified(
      certificate: Data(held.der), fingerprint: held.fingerprint,
      issuer: isOurs ? IssuerName.stationAuthority : IssuerName.aws, notAfter: Timestamp(held.notAfter),
      authority: held.authorityKeyIdentifier.map { Hexadecimal.encode($0) }, adopted: true)
    return (certified, try await DeliverStep(bench: bench).found(visit, certified))
  }
}
