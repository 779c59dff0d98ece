import CertForge
import Foundation

/// Whoever signs a hub's request.
protocol Issuer: Sendable {
  /// `station-ca` or `aws`, as the journal names it.
  var name: String { get }
  /// The issuing CA's certificate, where it is ours to give.
  var authority: Certificate? { get }
  /// No certificate is issued before this moment: a clock that says so is wrong.
  var notBefore: Timestamp { get }

  func issue(_ request: SigningRequest, thing: String, serial: SerialNumber, now: Timestamp)
    async throws(Fault)
    -> Certificate
}
