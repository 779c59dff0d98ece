import CertForge
import Foundation
import SerialFlasher

/// Has a hub sign a fresh nonce, and checks the signature with the certificate's public key.
struct PossessionProver: Sendable {
  let bench: Bench

  /// - Returns: nil when the hub answers but cannot prove it.
  /// - Throws: what keeps the hub from answering at all: unplugged, silent.
  func prove(_ driver: any HubDriver, hub: HubID, holding certificate: Certificate) async throws(Fault)
    -> PossessionProof?
  {
    let nonce = bench.randomness.bytes(Possession.nonceLength)
    let message = Possession.message(
      hub: hub, certificate: Digest.sha256(certificate.der), nonce: nonce)
    let signature: [UInt8]
    do throws(HubError) {
      signature = try await driver.prove(message)
    } catch {
      switch error {
      case .noIdentity, .commandFailed: return nil
      default: throw Fault(error)
      }
    }
    guard certificate.publicKey.verify(signature: signature, of: message) else { return nil }
    return PossessionProof(
      certificate: certificate.fingerprint, nonce: Data(nonce), signature: Data(signature))
  }
}
