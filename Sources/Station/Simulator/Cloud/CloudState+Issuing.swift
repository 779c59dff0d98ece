import CertForge
import Foundation

/// Certificates that AWS IoT signs itself, and their end.
extension CloudState {
  func createCertificate(_ call: CloudCall) throws(CloudRefusal) -> CloudDecision {
    guard let pem = try call.text("certificateSigningRequest"), (1...4096).contains(pem.utf8.count) else {
      throw .invalid("certificateSigningRequest must have 1 to 4096 characters")
    }
    guard let signer = call.signer, let certificate = signer.sign(pem, now: call.now) else {
      throw .invalid("The CSR is not valid")
    }
    let isActive = call.request.queryValue("setAsActive") == "true"
    let made = DeviceCertificate(
      id: certificate.fingerprint, pem: certificate.pem, commonName: certificate.commonName,
      status: isActive ? "ACTIVE" : "INACTIVE", notBefore: Timestamp(certificate.notBefore),
      notAfter: Timestamp(certificate.notAfter), created: call.now, modified: call.now)
    return CloudDecision(
      SimulatedAnswer(
        200,
        [
          "certificateArn": .text(call.account.certificate(made.id)), "certificateId": .text(made.id),
          "certificatePem": .text(made.pem),
        ]), .certificateCreated(made))
  }

  /// AWS refuses what is ACTIVE, what is attached to a Thing, and, unless forced, what has a policy.
  func deleteCertificate(_ call: CloudCall) throws(CloudRefusal) -> CloudDecision {
    let certificate = try certificate(call.parameter)
    guard certificate.status != "ACTIVE" else {
      throw Self.stateForbids("The certificate must not be ACTIVE before deletion (id = \(certificate.id))")
    }
    guard !things.values.contains(where: { $0.principals.contains(certificate.id) }) else {
      throw Self.deleteConflict("Things must be detached before deletion (arn: \(certificate.id))")
    }
    guard certificate.policies.isEmpty || call.request.queryValue("forceDelete") == "true" else {
      throw Self.deleteConflict("Certificate policies must be detached before deletion (\(certificate.id))")
    }
    return CloudDecision(SimulatedAnswer(status: 200, body: []), .certificateDeleted(id: certificate.id))
  }

  func listCertificates(_ call: CloudCall) throws(CloudRefusal) -> CloudDecision {
    let size = call.request.queryValue("pageSize").map { Int($0) } ?? 25
    guard let size, (1...250).contains(size) else { throw .invalid("pageSize must be from 1 to 250") }
    var sorted = certificates.values.sorted { ($0.created, $0.id) < ($1.created, $1.id) }
    if call.request.queryValue("isAscendingOrder") != "true" { sorted.reverse() }
    var start = 0
    if let marker = call.request.queryValue("marker") {
      guard let index = sorted.firstIndex(where: { $0.id == marker }) else {
        throw .invalid("The marker is not valid")
      }
      start = index + 1
    }
    let page = sorted.dropFirst(start).prefix(size)
    var members: [String: JSONValue] = [
      "certificates": .list(
        page.map { certificate in
          [
            "certificateArn": .text(call.account.certificate(certificate.id)),
            "certificateId": .text(certificate.id), "status": .text(certificate.status),
            "creationDate": .number(Double(certificate.created.milliseconds) / 1000),
          ]
        })
    ]
    if start + size < sorted.count { members["nextMarker"] = page.last.map { .text($0.id) } }
    return CloudDecision(SimulatedAnswer(200, .object(members)))
  }

  static func stateForbids(_ message: String) -> CloudRefusal {
    .registry(status: 406, type: "CertificateStateException", message: message)
  }

  private static func deleteConflict(_ message: String) -> CloudRefusal {
    .registry(status: 409, type: "DeleteConflictException", message: message)
  }
}
