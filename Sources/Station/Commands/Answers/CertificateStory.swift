import CertForge
import Foundation

/// A certificate as `unit` and `ca show` print it. The keys are stable.
struct CertificateStory: Hashable, Sendable, Codable {
  var fingerprint: String
  var subject: String?
  var issuer: String?
  var serialNumber: String?
  var notBefore: Timestamp?
  var notAfter: Timestamp
  /// PEM.
  var pem: String?

  init(_ certificate: Certificate) {
    fingerprint = certificate.fingerprint
    subject = PrintableText.of(certificate.subject, limit: 400)
    issuer = PrintableText.of(certificate.issuer, limit: 400)
    serialNumber = certificate.serialNumber
    notBefore = Timestamp(certificate.notBefore)
    notAfter = Timestamp(certificate.notAfter)
    pem = certificate.pem
  }

  /// What the ledger holds; a certificate that cannot be read is told by its fingerprint alone.
  init(_ certified: Evidence.Certified) {
    if let certificate = try? Certificate(der: Array(certified.certificate)) {
      self.init(certificate)
    } else {
      self.init(fingerprint: certified.fingerprint, notAfter: certified.notAfter)
    }
  }

  private init(fingerprint: String, notAfter: Timestamp) {
    self.fingerprint = fingerprint
    self.notAfter = notAfter
  }

  var lines: [String] {
    var lines = ["sha256       \(fingerprint)"]
    if let subject { lines.append("subject      \(subject)") }
    if let issuer { lines.append("issuer       \(issuer)") }
    if let serialNumber { lines.append("serial       \(serialNumber)") }
    if let notBefore { lines.append("not before   \(notBefore)") }
    lines.append("not after    \(notAfter)")
    return lines
  }
}
