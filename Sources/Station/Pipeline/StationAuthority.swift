import CertForge
import Foundation

/// The factory's own issuing CA: a unit can be finished with no network, and its certificate id is known at once.
struct StationAuthority: Issuer {
  let name = IssuerName.stationAuthority
  private let issuing: IssuingAuthority
  private let notAfter: Timestamp

  /// - Parameter notAfter: the end of every leaf, or the CA's own end where that is earlier.
  init(_ issuing: IssuingAuthority, notAfter: Timestamp) {
    self.issuing = issuing
    self.notAfter = notAfter
  }

  var authority: Certificate? { issuing.certificate }
  var notBefore: Timestamp { Timestamp(issuing.certificate.notBefore) }

  func issue(_ request: SigningRequest, thing: String, serial: SerialNumber, now: Timestamp)
    async throws(Fault)
    -> Certificate
  {
    do throws(CertForgeError) {
      return try issuing.issue(
        request, commonName: thing, serialNumber: serial.text, now: now.date, notAfter: notAfter.date)
    } catch {
      throw Fault(.issuerRefused, ["serial": serial.text, "cause": error.description])
    }
  }
}
