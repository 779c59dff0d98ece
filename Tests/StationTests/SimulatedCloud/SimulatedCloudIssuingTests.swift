import CertForge
import Foundation
import Testing

@testable import Station

/// botocore and python's cryptography about the certificates that the simulated AWS IoT signs.
@Suite("Simulated AWS IoT as an issuer", .enabled(if: ForeignClient.has("boto3"), "python has no boto3"))
struct SimulatedCloudIssuingTests {
  private static let prelude = """
    import hashlib
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
    csr = os.environ['CSR']
    def made(**arguments): return iot.create_certificate_from_csr(certificateSigningRequest=csr, **arguments)
    def status(c): return iot.describe_certificate(certificateId=c['certificateId'])['certificateDescription']['status']
    def spki(x): return x.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    """

  private func ask(_ script: String, of cloud: SimulatedCloud) async throws -> [String: Any] {
    let key = try PrivateKey.generate()
    let request = try key.signingRequest(commonName: "hub-1", serialNumber: "SPK1")
    return try await SimulatedCloudRegistryTests.ask(Self.prelude + script, of: cloud, ["CSR": request.pem])
  }

  @Test func `each call signs the request's key anew, INACTIVE unless told otherwise`() async throws {
    let cloud = try await SimulatedCloud.start()
    let answer = try await ask(
      """
      a, b, c = made(), made(setAsActive=False), made(setAsActive=True)
      leaf = x509.load_pem_x509_certificate(a['certificatePem'].encode())
      print(json.dumps({'different': len({x['certificateId'] for x in (a, b, c)}),
        'id': a['certificateId'] == hashlib.sha256(leaf.public_bytes(Encoding.DER)).hexdigest(),
        'key': spki(leaf) == spki(x509.load_pem_x509_csr(csr.encode())), 'subject': leaf.subject.rfc4514_string(),
        'status': [status(x) for x in (a, b, c)], 'arn': a['certificateArn'].endswith(':cert/' + a['certificateId']),
        'garbage': refused(iot.create_certificate_from_csr, certificateSigningRequest='x')}))
      """, of: cloud)
    #expect(
      answer["different"] as? Int == 3 && answer["id"] as? Bool == true && answer["key"] as? Bool == true)
    #expect(answer["status"] as? [String] == ["INACTIVE", "INACTIVE", "ACTIVE"])
    #expect(answer["arn"] as? Bool == true && (answer["subject"] as? String)?.contains("hub-1") == true)
    #expect(SimulatedCloudRegistryTests.field(answer, "garbage", "code") == "InvalidRequestException")
    await cloud.stop()
  }

  @Test func `only what nothing uses is deleted`() async throws {
    let cloud = try await SimulatedCloud.start()
    let answer = try await ask(
      """
      active, attached, policied, bare = made(setAsActive=True), made(), made(), made()
      thing('hub-1')
      iot.attach_thing_principal(thingName='hub-1', principal=attached['certificateArn'])
      iot.attach_policy(policyName='hub-identity', target=policied['certificateArn'])
      codes = [refused(iot.delete_certificate, certificateId=x['certificateId']) for x in (active, attached, policied, bare, bare)]
      held = iot.list_principal_things(principal=attached['certificateArn'])['things']
      forced = refused(iot.delete_certificate, certificateId=policied['certificateId'], forceDelete=True)
      iot.update_certificate(certificateId=active['certificateId'], newStatus='REVOKED')
      again = refused(iot.update_certificate, certificateId=active['certificateId'], newStatus='ACTIVE')
      print(json.dumps({'codes': [c['code'] for c in codes], 'statuses': [c['status'] for c in codes], 'held': held,
        'forced': forced['code'], 'again': again['code'], 'unknown': refused(iot.list_principal_things,
        principal=bare['certificateArn'])['code']}))
      """, of: cloud)
    #expect(
      answer["codes"] as? [String] == [
        "CertificateStateException", "DeleteConflictException", "DeleteConflictException", "none",
        "ResourceNotFoundException",
      ])
    #expect(answer["statuses"] as? [Int] == [406, 409, 409, 200, 404])
    #expect(answer["held"] as? [String] == ["hub-1"] && answer["forced"] as? String == "none")
    #expect(answer["again"] as? String == "CertificateStateException")
    #expect(answer["unknown"] as? String == "ResourceNotFoundException")
    await cloud.stop()
  }

  @Test func `the list has pages and an order`() async throws {
    let cloud = try await SimulatedCloud.start()
    let answer = try await ask(
      """
      ids = [made()['certificateId'] for _ in range(7)]
      pages = list(iot.get_paginator('list_certificates').paginate(ascendingOrder=True, PaginationConfig={'PageSize': 3}))
      listed = [c for p in pages for c in p['certificates']]
      print(json.dumps({'pages': len(pages), 'same': sorted(ids) == sorted(c['certificateId'] for c in listed),
        'ordered': [c['creationDate'] for c in listed] == sorted(c['creationDate'] for c in listed),
        'wrong': refused(iot.list_certificates, marker='nowhere')['code']}))
      """, of: cloud)
    #expect(
      answer["pages"] as? Int == 3 && answer["same"] as? Bool == true && answer["ordered"] as? Bool == true)
    #expect(answer["wrong"] as? String == "InvalidRequestException")
    await cloud.stop()
  }
}
