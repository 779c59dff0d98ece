import CertForge
import Foundation
import Testing

@testable import Station

/// botocore, AWS's own client, against the simulated AWS IoT: it signs, it parses, it raises its own error types.
@Suite("Simulated AWS IoT", .enabled(if: ForeignClient.has("boto3"), "python has no boto3"))
struct SimulatedCloudRegistryTests {
  /// `iot` is a client; `refused(call)` gives the error's code, status and message.
  static let prelude = """
    import boto3, json, os, datetime
    from botocore.config import Config
    from botocore.exceptions import ClientError
    def client(secret=os.environ['AWS_SECRET_ACCESS_KEY'], key=os.environ['AWS_ACCESS_KEY_ID'],
               region=os.environ['AWS_REGION'], token=None):
        return boto3.client('iot', endpoint_url=os.environ['CLOUD'], region_name=region, aws_access_key_id=key,
            aws_secret_access_key=secret, aws_session_token=token,
            config=Config(retries={'max_attempts': 0}, connect_timeout=5, read_timeout=10))
    iot = client()
    def refused(call, **arguments):
        try:
            call(**arguments)
        except ClientError as error:
            r = error.response
            return {'code': r['Error']['Code'], 'status': r['ResponseMetadata']['HTTPStatusCode'],
                    'message': r['Error']['Message'], 'resource': r.get('resourceId', ''),
                    'arn': r.get('resourceArn', ''), 'request': bool(r['ResponseMetadata'].get('RequestId'))}
        return {'code': 'none', 'status': 200}
    def thing(name, **attributes):
        return iot.create_thing(thingName=name, attributePayload={'attributes': attributes})

    """

  static func environment(_ cloud: SimulatedCloud) -> [String: String] {
    [
      "CLOUD": cloud.awsEndpoint, "AWS_ACCESS_KEY_ID": cloud.account.accessKeyID,
      "AWS_SECRET_ACCESS_KEY": cloud.account.secretAccessKey, "AWS_REGION": cloud.account.region,
      "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    ]
  }

  static func ask(
    _ script: String, of cloud: SimulatedCloud, _ more: [String: String] = [:]
  ) async throws -> [String: Any] {
    try await ForeignClient(environment: environment(cloud).merging(more) { $1 }).call(prelude + script)
  }

  /// A certificate as the station's own CA would issue it.
  static func certificate(named name: String) throws -> Certificate {
    let folder = NSTemporaryDirectory() + "/simulated-cloud-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let shell = Foundation.Process()
    shell.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
    shell.arguments = [
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
      "/CN=\(name)",
      "-days", "30", "-keyout", "\(folder)/key", "-out", "\(folder)/crt",
    ]
    shell.standardError = FileHandle.nullDevice
    try shell.run()
    shell.waitUntilExit()
    return try Certificate(pem: String(contentsOfFile: "\(folder)/crt", encoding: .utf8))
  }

  static func field(_ answer: [String: Any], _ name: String, _ inner: String) -> String? {
    (answer[name] as? [String: Any]).flatMap { $0[inner] }.map { "\($0)" }
  }

  @Test func `a thing made twice is one thing and a different one of its name is a conflict`() async throws {
    let cloud = try await SimulatedCloud.start()
    let answer = try await Self.ask(
      """
      a = thing('hub-1', serial='SPK1', model='HUB-2'); b = thing('hub-1', serial='SPK1', model='HUB-2')
      other = refused(iot.create_thing, thingName='hub-1', attributePayload={'attributes': {'serial': 'SPK2'}})
      d = iot.describe_thing(thingName='hub-1')
      print(json.dumps({'same': a['thingId'] == b['thingId'], 'arn': a['thingArn'], 'other': other,
        'serial': d['attributes']['serial'], 'version': d['version'], 'id': d['thingId'] == a['thingId'],
        'missing': refused(iot.describe_thing, thingName='hub-2'),
        'typed': refused(iot.create_thing, thingName='hub-3', thingTypeName='nobody-knows')}))
      """, of: cloud)
    #expect(answer["same"] as? Bool == true)
    #expect(answer["arn"] as? String == cloud.account.thing("hub-1"))
    #expect(Self.field(answer, "other", "code") == "ResourceAlreadyExistsException")
    #expect(Self.field(answer, "other", "status") == "409")
    #expect(Self.field(answer, "other", "resource") == "hub-1")
    #expect(Self.field(answer, "other", "arn") == cloud.account.thing("hub-1"))
    #expect(answer["serial"] as? String == "SPK1")
    #expect(answer["version"] as? Int == 1)
    #expect(answer["id"] as? Bool == true)
    #expect(Self.field(answer, "missing", "code") == "ResourceNotFoundException")
    #expect(Self.field(answer, "missing", "status") == "404")
    #expect(Self.field(answer, "typed", "status") == "404")
    let audit = await cloud.audit()
    #expect(audit.effects["CreateThing"] == 1)
    #expect(audit.calls["CreateThing"] == 4)
    await cloud.stop()
  }

  @Test func `names and values that AWS refuses are refused`() async throws {
    let cloud = try await SimulatedCloud.start()
    let answer = try await Self.ask(
      """
      def attributes(**a): return refused(iot.create_thing, thingName='n', attributePayload={'attributes': a})['code']
      out = {'long': refused(iot.create_thing, thingName='n' * 129)['code'],
        'space': refused(iot.create_thing, thingName='a b')['code'],
        'utf8': refused(iot.create_thing, thingName='ä')['code'],
        'value': attributes(v='ACME Ltd'), 'longvalue': attributes(v='x' * 801), 'four': attributes(a='1', b='2', c='3', d='4')}
      out['fine'] = refused(iot.create_thing, thingName='a:b_c-' + 'n' * 122)['code']
      out['full'] = attributes(v='x' * 800, w='a_.,@/:#=[]-', z='')
      print(json.dumps(out))
      """, of: cloud)
    for name in ["long", "space", "utf8", "value", "longvalue", "four"] {
      #expect(answer[name] as? String == "InvalidRequestException", "\(name)")
    }
    #expect(answer["fine"] as? String == "none")
    #expect(answer["full"] as? String == "none")
    await cloud.stop()
  }

  @Test func `a whole identity is registered, attached and described`() async throws {
    let cloud = try await SimulatedCloud.start()
    let certificate = try Self.certificate(named: "hub-1")
    let answer = try await Self.ask(
      """
      pem = os.environ['PEM']
      r = iot.register_certificate_without_ca(certificatePem=pem, status='ACTIVE')
      again = refused(iot.register_certificate_without_ca, certificatePem=pem, status='ACTIVE')
      garbage = refused(iot.register_certificate_without_ca, certificatePem='xx')
      thing('hub-1', serial='S')
      arn = r['certificateArn']
      for n in range(2): iot.attach_thing_principal(thingName='hub-1', principal=arn)
      for n in range(2): iot.attach_policy(policyName='hub-identity', target=arn)
      for n in range(2): iot.add_thing_to_thing_group(thingGroupName='hubs', thingName='hub-1')
      d = iot.describe_certificate(certificateId=r['certificateId'])['certificateDescription']
      print(json.dumps({'id': r['certificateId'], 'arn': arn, 'again': again, 'garbage': garbage,
        'status': d['status'], 'year': d['validity']['notAfter'].year, 'owner': d['ownedBy'],
        'principals': iot.list_thing_principals(thingName='hub-1')['principals'],
        'policies': [p['policyName'] for p in iot.list_attached_policies(target=arn)['policies']],
        'endpoints': [iot.describe_endpoint(endpointType=t)['endpointAddress'] for t in ('iot:Data-ATS', 'iot:Data-ATS', 'iot:CredentialProvider')],
        'policy': refused(iot.attach_policy, policyName='nobody', target=arn),
        'target': refused(iot.attach_policy, policyName='hub-identity', target=arn[:-1] + ('1' if arn[-1] == '0' else '0')),
        'unattached': refused(iot.attach_thing_principal, thingName='hub-9', principal=arn),
        'group': refused(iot.add_thing_to_thing_group, thingGroupName='nobody', thingName='hub-1'),
        'bad': refused(iot.describe_certificate, certificateId='A' * 64)}))
      """, of: cloud, ["PEM": certificate.pem])
    #expect(answer["id"] as? String == certificate.fingerprint)
    #expect(answer["arn"] as? String == cloud.account.certificate(certificate.fingerprint))
    #expect(Self.field(answer, "again", "code") == "ResourceAlreadyExistsException")
    #expect(Self.field(answer, "again", "resource") == certificate.fingerprint)
    #expect(Self.field(answer, "again", "request") == "1")
    #expect(Self.field(answer, "garbage", "code") == "CertificateValidationException")
    #expect(answer["status"] as? String == "ACTIVE")
    #expect(answer["owner"] as? String == cloud.account.number)
    #expect(answer["principals"] as? [String] == [cloud.account.certificate(certificate.fingerprint)])
    #expect(answer["policies"] as? [String] == ["hub-identity"])
    let endpoints = try #require(answer["endpoints"] as? [String])
    #expect(endpoints[0] == endpoints[1])
    #expect(endpoints[0].hasSuffix("-ats.iot.eu-central-1.amazonaws.com"))
    #expect(endpoints[2].hasSuffix(".credentials.iot.eu-central-1.amazonaws.com"))
    for name in ["policy", "target", "unattached", "group"] {
      #expect(Self.field(answer, name, "code") == "ResourceNotFoundException", "\(name)")
    }
    #expect(Self.field(answer, "bad", "code") == "InvalidRequestException")
    let audit = await cloud.audit()
    #expect(audit.orphans.isEmpty)
    let unit = try #require(audit.units.first)
    #expect(
      unit.certificates == [
        .init(id: certificate.fingerprint, status: "ACTIVE", attached: true, policies: ["hub-identity"])
      ])
    #expect(unit.groups == ["hubs"])
    #expect(audit.effects["AttachThingPrincipal"] == 1)
    await cloud.stop()
  }

  @Test func `a signature is checked for key, secret, scope and time`() async throws {
    let cloud = try await SimulatedCloud.start()
    let answer = try await Self.ask(
      """
      import botocore.auth, botocore.compat
      def probe(c): return refused(c.describe_thing, thingName='a:b')
      out = {'right': probe(iot), 'secret': probe(client(secret='x' * 40)), 'key': probe(client(key='AKIANOBODY')),
        'region': probe(client(region='us-east-1')), 'token': probe(client(token='t'))}
      real = botocore.auth.get_current_datetime
      for name, minutes in (('slow', -6), ('fast', 6), ('nearly', -4)):
          botocore.auth.get_current_datetime = lambda *a, m=minutes, **k: real(*a, **k) + datetime.timedelta(minutes=m)
          out[name] = probe(iot)
      import urllib.request, urllib.error
      try:
          urllib.request.urlopen(os.environ['CLOUD'] + '/things/x')
      except urllib.error.HTTPError as e:
          out['unsigned'] = {'code': e.headers['x-amzn-ErrorType'], 'status': e.code, 'body': e.read().decode()}
      print(json.dumps(out))
      """, of: cloud)
    // Signed rightly, the call gets as far as the Thing that does not exist; its name has to be encoded twice.
    for name in ["right", "nearly"] {
      #expect(Self.field(answer, name, "code") == "ResourceNotFoundException", "\(name)")
    }
    for name in ["secret", "region", "slow", "fast"] {
      #expect(Self.field(answer, name, "code") == "InvalidSignatureException", "\(name)")
      #expect(Self.field(answer, name, "status") == "403")
    }
    #expect(Self.field(answer, "slow", "message")?.hasPrefix("Signature expired: ") == true)
    #expect(Self.field(answer, "fast", "message")?.hasPrefix("Signature not yet current: ") == true)
    #expect(Self.field(answer, "key", "code") == "UnrecognizedClientException")
    #expect(Self.field(answer, "token", "code") == "UnrecognizedClientException")
    #expect(Self.field(answer, "unsigned", "code") == "MissingAuthenticationTokenException:")
    #expect(Self.field(answer, "unsigned", "body") == #"{"Message":"Missing Authentication Token"}"#)
    #expect(await cloud.audit().effects.isEmpty)
    await cloud.stop()
  }

  @Test func `rework finds versions, detaching and revoking`() async throws {
    let cloud = try await SimulatedCloud.start()
    let certificate = try Self.certificate(named: "hub-1")
    let answer = try await Self.ask(
      """
      r = iot.register_certificate_without_ca(certificatePem=os.environ['PEM'], status='ACTIVE')
      thing('hub-1', serial='S')
      iot.attach_thing_principal(thingName='hub-1', principal=r['certificateArn'])
      iot.update_thing(thingName='hub-1', expectedVersion=1, attributePayload={'attributes': {'n': '2'}, 'merge': True})
      stale = refused(iot.update_thing, thingName='hub-1', expectedVersion=1, attributePayload={'attributes': {'n': '3'}})
      iot.detach_thing_principal(thingName='hub-1', principal=r['certificateArn'])
      iot.update_certificate(certificateId=r['certificateId'], newStatus='REVOKED')
      d = iot.describe_thing(thingName='hub-1')
      print(json.dumps({'stale': stale['code'], 'version': d['version'], 'attributes': d['attributes'],
        'status': iot.describe_certificate(certificateId=r['certificateId'])['certificateDescription']['status'],
        'principals': iot.list_thing_principals(thingName='hub-1')['principals']}))
      """, of: cloud, ["PEM": certificate.pem])
    #expect(answer["stale"] as? String == "VersionConflictException")
    #expect(answer["version"] as? Int == 2)
    #expect(answer["attributes"] as? [String: String] == ["serial": "S", "n": "2"])
    #expect(answer["status"] as? String == "REVOKED")
    #expect((answer["principals"] as? [String])?.isEmpty == true)
    await cloud.stop()
  }
}
