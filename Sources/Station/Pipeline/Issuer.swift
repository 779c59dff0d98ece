import CertForge
import Foundation

/// Whoever signs a hub's request.
protocol Issuer: Sendable {
  /// One of `IssuerName`, as the journal names it.
  var name: String { get }
  /// The issuing CA's certificate, where it is ours to give.
  var authority: Certificate? { get }
  /// No certificate is issued before this moment: a clock that says so is wrong.
  var notBefore: Timestamp { get }

  /// - Throws: `issuer-refused`; `issuer-unavailable` when the same hub may get one later.
  func issue(_ request: SigningRequest, thing: String, serial: SerialNumber, now: Timestamp)
    async throws(Fault)
    -> Certificate

  /// Whether a certificate that a hub holds may be one that this issuer gave to another station: then it is never
  /// overwritten. Asked beside the authorities that the settings name.
  func recognises(_ held: Certificate, serial: SerialNumber) -> Bool
}

extension Issuer {
  func recognises(_ held: Certificate, serial: SerialNumber) -> Bool { false }
}
