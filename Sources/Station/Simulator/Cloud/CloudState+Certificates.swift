import CertForge
import Foundation

/// The certificates of AWS IoT.
extension CloudState {
  func registerCertificate(_ call: CloudCall) throws(CloudRefusal) -> CloudDecision {
    guard let pem = try call.text("certificatePem"), !pem.isEmpty else {
      throw .invalid("certificatePem must not be null")
    }
    let status = try call.text("status") ?? "INACTIVE"
    guard ["ACTIVE", "INACTIVE", "REVOKED"].contains(status) else {
      throw .invalid("Certificate cannot be registered with status \(status.prefix(40))")
    }
    let parsed: Certificate
    do { parsed = try Certificate(pem: pem) } catch {
      throw .registry(
        status: 400, type: "CertificateValidationException",
        message: "Certificate could not be parsed. Please provide a certificate in PEM format")
    }
    let arn = call.account.certificate(parsed.fingerprint)
    if certificates[parsed.fingerprint] != nil {
      throw .registry(
        status: 409, type: "ResourceAlreadyExistsException",
        message: "The certificate is already provisioned or registered",
        resource: .init(id: parsed.fingerprint, arn: arn))
    }
    let certificate = DeviceCertificate(
      id: parsed.fingerprint, pem: parsed.pem, commonName: parsed.commonName, status: status,
      notBefore: Timestamp(parsed.notBefore), notAfter: Timestamp(parsed.notAfter), created: call.now,
      modified: call.now)
    return CloudDecision(
      SimulatedAnswer(200, ["certificateArn": .text(arn), "certificateId": .text(parsed.fingerprint)]),
      .certificateRegistered(certificate))
  }

  func describeCertificate(_ call: CloudCall) throws(CloudRefusal) -> CloudDecision {
    let certificate = try certificate(call.parameter)
    let seconds: (Timestamp) -> JSONValue = { .number(Double($0.milliseconds) / 1000) }
    return CloudDecision(
      SimulatedAnswer(
        200,
        [
          "certificateDescription": [
            "certificateArn": .text(call.account.certificate(certificate.id)),
            "certificateId": .text(certificate.id), "status": .text(certificate.status),
            "certificatePem": .text(certificate.pem), "ownedBy": .text(call.account.number),
            "creationDate": seconds(certificate.created), "lastModifiedDate": seconds(certificate.modified),
            "customerVersion": 1, "certificateMode": "SNI_ONLY",
            "validity": [
              "notBefore": seconds(certificate.notBefore), "notAfter": seconds(certificate.notAfter),
            ],
          ]
        ]))
  }

  func updateCertificate(_ call: CloudCall) throws(CloudRefusal) -> CloudDecision {
    let certificate = try certificate(call.parameter)
    let status = call.request.queryValue("newStatus") ?? ""
    guard ["ACTIVE", "INACTIVE", "REVOKED"].contains(status) else {
      throw .invalid("Status \(status.prefix(40)) is not supported")
    }
    // "REVOKED" is for ever.
    if certificate.status == "REVOKED", status != "REVOKED" {
      throw Self.stateForbids("The certificate \(certificate.id) is revoked")
    }
    let change = CloudChange.certificateSet(id: certificate.id, status: status, time: call.now)
    return CloudDecision(
      SimulatedAnswer(status: 200, body: []), certificate.status == status ? nil : change)
  }

  func certificate(_ id: String) throws(CloudRefusal) -> DeviceCertificate {
    guard RegistryRules.isCertificateID(id) else {
      throw .invalid("Certificate id must be 64 lower-case hexadecimal digits")
    }
    guard let certificate = certificates[id] else {
      throw .missing("Certificate \(id) does not exist")
    }
    return certificate
  }
}
