import Foundation
import Testing

@testable import Station

@Suite("Registering a hub with AWS IoT")
struct AWSRegistrarTests {
  private typealias Answer = LoopbackServer.Answer

  private func fault(
    _ kind: EffectKind, clock: any StationClock = CloudTestClock(),
    _ answer: @escaping @Sendable (LoopbackServer.Request) -> LoopbackServer.Answer
  ) async throws -> (fault: Fault?, calls: Int) {
    try await CloudBench.serving(clock: clock, answering: answer).run { (effects, server) async throws in
      let fault = await CloudBench.fault { try await effects.call(CloudBench.intent(kind)) }
      return (fault, server.requests.count)
    }
  }

  private static let thing = #"{"thingName":"\#(CloudBench.hub.text)","thingId":"t-1","thingArn":"arn"}"#

  private static func description(
    serial: String = "SPK00000001", certificate: String = CloudBench.fingerprint, extra: String = ""
  ) -> String {
    #"{"thingName":"\#(CloudBench.hub.text)","thingId":"t-1","version":1,"attributes":{"serial":"\#(serial)","model":"HUB-2","certId":"\#(certificate)"\#(extra)}}"#
  }

  @Test("CreateThing carries serial, model and the certificate's id")
  func createThing() async throws {
    try await CloudBench.serving(answering: { _ in .json(200, Self.thing) }).run {
      (effects, server) async throws in
      let evidence = try await effects.call(CloudBench.intent(.createThing))
      #expect(
        evidence
          == EffectEvidence(
            wasThere: false, httpStatus: 200, request: "r-1", values: ["thingId": "t-1", "thingArn": "arn"]))
      let request = try #require(server.requests.first)
      #expect(request.method == "POST" && request.target == "/things/\(CloudBench.hub.text)")
      #expect(
        request.text
          == #"{"attributePayload":{"attributes":{"certId":"\#(CloudBench.fingerprint)","model":"HUB-2","serial":"SPK00000001"}}}"#
      )
      #expect(
        request.header("authorization")?.contains(
          "/eu-central-1/iot/aws4_request, SignedHeaders=content-type;host;x-amz-date, ") == true)
    }
  }

  @Test("a Thing that is there already is compared: the same is done")
  func sameThing() async throws {
    let same = Self.description(extra: #","colour":"red""#)
    try await CloudBench.serving(answering: {
      $0.method == "POST" ? .aws(409, "ResourceAlreadyExistsException", "exists") : .json(200, same)
    }).run { (effects, _) async throws in
      let intent = CloudBench.intent(.createThing)
      let answer = try await effects.call(intent)
      #expect(answer.wasThere)
      #expect(try await effects.compare(intent, answer).values["thingId"] == "t-1")
      #expect(try await effects.probe(intent)?.wasThere == true)
    }
  }

  @Test("a Thing of another hub or another certificate is a conflict with both sides")
  func otherThing() async throws {
    for other in [
      Self.description(serial: "SPK00000002"), Self.description(certificate: "00"), #"{"thingName":"x"}"#,
    ] {
      try await CloudBench.serving(answering: {
        $0.method == "POST" ? .aws(409, "ResourceAlreadyExistsException", "exists") : .json(200, other)
      }).run { (effects, server) async throws in
        let intent = CloudBench.intent(.createThing)
        let answer = try await effects.call(intent)
        let fault = try #require(await CloudBench.fault { try await effects.compare(intent, answer) })
        #expect(fault.code == .thingConflict)
        #expect(fault.values["expected"]?.contains("serial=SPK00000001") == true)
        #expect(fault.values["actual"] != nil && fault.values["actual"] != fault.values["expected"])
        #expect(!server.requests.contains { $0.method == "PATCH" })
      }
    }
  }

  @Test("a thing type of the settings is sent and compared")
  func thingType() async throws {
    try await CloudBench.serving(
      change: { $0.aws.thingType = "hub" },
      answering: { $0.method == "POST" ? .json(200, Self.thing) : .json(200, Self.description()) }
    ).run { (effects, server) async throws in
      _ = try await effects.call(CloudBench.intent(.createThing))
      #expect(server.requests.first?.text.contains(#""thingTypeName":"hub""#) == true)
      #expect(
        await CloudBench.fault { try await effects.probe(CloudBench.intent(.createThing)) }?.code
          == .thingConflict)
    }
  }

  @Test("a certificate is registered active, and its id must be its SHA-256")
  func certificate() async throws {
    let good = #"{"certificateId":"\#(CloudBench.fingerprint)","certificateArn":"\#(CloudBench.arn)"}"#
    try await CloudBench.serving(answering: { _ in .json(200, good) }).run { (effects, server) async throws in
      let evidence = try await effects.call(CloudBench.intent(.registerCertificate))
      #expect(evidence.values == ["certificateId": CloudBench.fingerprint] && !evidence.wasThere)
      let request = try #require(server.requests.first)
      #expect(request.target == "/certificate/register-no-ca")
      #expect(
        request.text.contains(#""status":"ACTIVE""#)
          && request.text.contains("-----BEGIN CERTIFICATE-----\\n"))
    }
    let (fault, _) = try await fault(.registerCertificate) { _ in
      .json(200, #"{"certificateId":"00","certificateArn":"a"}"#)
    }
    #expect(fault?.code == .certificateRefused)
  }

  @Test("a certificate that is registered already is done when it is ours and active")
  func certificateExists() async throws {
    func described(_ status: String) -> String {
      #"{"certificateDescription":{"certificateId":"\#(CloudBench.fingerprint)","status":"\#(status)","certificatePem":"x"}}"#
    }
    let exists = #"{"message":"exists","resourceId":"\#(CloudBench.fingerprint)","resourceArn":"a"}"#
    for status in ["ACTIVE", "INACTIVE", "REVOKED"] {
      let answer = described(status)
      try await CloudBench.serving(answering: { request in
        request.method == "GET"
          ? .json(200, answer) : .json(409, exists, ["x-amzn-ErrorType": "ResourceAlreadyExistsException"])
      }).run { (effects, server) async throws in
        let intent = CloudBench.intent(.registerCertificate)
        let evidence = try await effects.call(intent)
        #expect(evidence.wasThere)
        if status == "ACTIVE" {
          #expect(try await effects.compare(intent, evidence).wasThere)
          #expect(server.requests.last?.target == "/certificates/\(CloudBench.fingerprint)")
        } else {
          let fault = await CloudBench.fault { try await effects.compare(intent, evidence) }
          #expect(fault?.code == .certificateRefused && fault?.values["message"]?.contains(status) == true)
        }
      }
    }
    let foreign = #"{"message":"exists","resourceId":"ff"}"#
    let (fault, _) = try await fault(.registerCertificate) { _ in
      .json(409, foreign, ["x-amzn-ErrorType": "ResourceAlreadyExistsException"])
    }
    #expect(fault?.code == .certificateRefused)
  }

  @Test("the principal is attached after a look at who is attached")
  func principal() async throws {
    let principals = Kept<[String]>([])
    try await CloudBench.serving(answering: { request in
      if request.method == "PUT" {
        principals.change { $0.append(request.header("x-amzn-principal") ?? "") }
        return .json(200, "{}")
      }
      let list = principals.value.map { "\"\($0)\"" }.joined(separator: ",")
      return .json(200, "{\"principals\":[\(list)]}")
    }).run { (effects, server) async throws in
      let intent = CloudBench.intent(.attachPrincipal)
      #expect(try await effects.probe(intent) == nil)
      #expect(try await effects.call(intent).wasThere == false)
      #expect(principals.value == [CloudBench.arn])
      #expect(try await effects.call(intent).wasThere)
      #expect(server.requests.filter { $0.method == "PUT" }.count == 1)
      #expect(server.requests.last?.target == "/things/\(CloudBench.hub.text)/principals")
      principals.value = ["arn:aws:iot:eu-central-1:123456789012:cert/ff"]
      let fault = await CloudBench.fault { try await effects.call(intent) }
      #expect(fault?.code == .principalConflict && fault?.values["actual"]?.hasSuffix("cert/ff") == true)
      #expect(server.requests.filter { $0.method == "PUT" }.count == 1)
    }
  }

  @Test("the policy goes to the certificate, the group takes the Thing")
  func policyAndGroup() async throws {
    try await CloudBench.serving(answering: { _ in .answer(200, ["x-amzn-RequestId": "r-2"], "") }).run {
      (effects, server) async throws in
      #expect(try await effects.call(CloudBench.intent(.attachPolicy)).request == "r-2")
      #expect(
        server.requests[0].method == "PUT" && server.requests[0].target == "/target-policies/hub-policy")
      #expect(server.requests[0].text == #"{"target":"\#(CloudBench.arn)"}"#)
      _ = try await effects.call(CloudBench.intent(.joinThingGroup))
      #expect(server.requests[1].target == "/thing-groups/addThingToThingGroup")
      #expect(
        server.requests[1].text == #"{"thingGroupName":"hub-policy","thingName":"\#(CloudBench.hub.text)"}"#)
    }
  }

  struct Class: Sendable, CustomTestStringConvertible {
    var status: Int
    var type: String
    var message = "m"
    var code: FaultCode
    var testDescription: String { "\(status) \(type)" }
  }

  static let classes = [
    Class(status: 400, type: "ThrottlingException", code: .throttled),
    Class(status: 429, type: "TooManyRequestsException", code: .throttled),
    Class(status: 400, type: "InvalidRequestException", code: .requestRefused),
    Class(status: 400, type: "CertificateValidationException", code: .certificateRefused),
    Class(status: 406, type: "CertificateStateException", code: .certificateRefused),
    Class(status: 409, type: "CertificateConflictException", code: .certificateRefused),
    Class(status: 409, type: "ConflictingResourceUpdateException", code: .serverFailed),
    Class(status: 410, type: "LimitExceededException", code: .limitExceeded),
    Class(status: 401, type: "UnauthorizedException", code: .credentialsRefused),
    Class(
      status: 403, type: "InvalidSignatureException",
      message: "The request signature we calculated does not match", code: .credentialsRefused),
    Class(status: 403, type: "UnrecognizedClientException", code: .credentialsRefused),
    Class(status: 403, type: "ExpiredTokenException", code: .credentialsRefused),
    Class(status: 403, type: "MissingAuthenticationTokenException", code: .credentialsRefused),
    Class(status: 403, type: "IncompleteSignatureException", code: .credentialsRefused),
    Class(status: 403, type: "AccessDeniedException", code: .privilegeMissing),
    Class(status: 404, type: "ResourceNotFoundException", code: .targetMissing),
    Class(status: 500, type: "InternalFailureException", code: .serverFailed),
    Class(status: 503, type: "ServiceUnavailableException", code: .serverFailed),
  ]

  @Test("every class of refusal has its meaning, and one call is made", arguments: classes)
  func refusal(_ refusal: Class) async throws {
    let (fault, calls) = try await fault(.createThing) { _ in
      .aws(refusal.status, refusal.type, refusal.message, ["Retry-After": "9"])
    }
    #expect(fault?.code == refusal.code)
    #expect(fault?.values["message"] == refusal.message)
    #expect(fault?.values["operation"] == "iot:CreateThing")
    #expect(calls == 1)
    let waits = fault?.code == .throttled || fault?.code == .serverFailed
    #expect(fault?.retryAfter == (waits ? .seconds(9) : nil))
  }

  @Test("a missing privilege names action and resource as AWS did")
  func privilege() async throws {
    let body =
      #"{"Message":"User: arn:aws:iam::123456789012:user/station is not authorized to perform: iot:CreateThing on resource: arn:aws:iot:eu-central-1:123456789012:thing/x because no identity-based policy allows the iot:CreateThing action"}"#
    let (fault, _) = try await fault(.createThing) { _ in
      .json(403, body, ["x-amzn-ErrorType": "AccessDeniedException"])
    }
    #expect(fault?.code == .privilegeMissing)
    #expect(fault?.values["action"] == "iot:CreateThing")
    #expect(fault?.values["resource"] == "arn:aws:iot:eu-central-1:123456789012:thing/x")
  }

  @Test("a missing policy is named")
  func missingPolicy() async throws {
    let (fault, _) = try await fault(.attachPolicy) { _ in .aws(404, "ResourceNotFoundException", "no policy")
    }
    #expect(fault?.code == .targetMissing && fault?.values["target"] == "hub-policy")
  }

  @Test(
    "a login page, a redirect, half a JSON and a proxy's refusal are not AWS",
    arguments: EffectKind.allCases.filter { $0.lane == .aws })
  func notAWS(_ kind: EffectKind) async throws {
    let answers: [LoopbackServer.Answer] = [
      .page, .answer(302, ["Location": "http://login.example/"]), .json(200, #"{"thingName":"#),
      .json(200, "[]"),
      .answer(200, [:], ""), .answer(403, ["Content-Type": "text/html"], "<h1>Blocked</h1>"),
      .json(200, "\"yes\""),
    ]
    for answer in answers {
      let (fault, _) = try await fault(kind) { _ in answer }
      #expect(fault?.code == .answerNotUnderstood, "\(answer)")
    }
    let (broken, _) = try await fault(kind) { _ in
      .answer(502, ["Content-Type": "text/html", "Retry-After": "3"], "<h1>Bad gateway</h1>")
    }
    #expect(broken?.code == .serverFailed && broken?.retryAfter == .seconds(3))
    let (hurried, _) = try await fault(kind) { _ in
      .answer(429, ["Content-Type": "text/html", "Retry-After": "3"], "<h1>Too many requests</h1>")
    }
    #expect(hurried?.code == .throttled && hurried?.retryAfter == .seconds(3))
  }

  @Test("a wrong clock is corrected once by the server's Date")
  func clock() async throws {
    let server = try #require(Timestamp("2026-11-21T06:00:00.000Z"))
    let clock = CloudTestClock(server.advanced(by: .seconds(-600)))
    let date = "Sat, 21 Nov 2026 06:00:00 GMT"
    try await CloudBench.serving(
      clock: clock,
      answering: { request in
        request.header("x-amz-date") == "20261121T060000Z"
          ? .json(200, Self.thing)
          : .aws(
            403, "InvalidSignatureException",
            "Signature expired: 20261121T055000Z is now earlier than 20261121T055500Z", ["Date": date])
      }
    ).run { (effects, http) async throws in
      _ = try await effects.call(CloudBench.intent(.createThing))
      #expect(http.requests.count == 2)
      #expect(effects.registrar.client.offset.value == .seconds(600))
      _ = try await effects.call(CloudBench.intent(.createThing))
      #expect(http.requests.count == 3)
    }
    for headers in [[:], ["Date": date]] {
      let (fault, calls) = try await fault(.createThing, clock: clock) { _ in
        .aws(403, "InvalidSignatureException", "Signature not yet current: 1 is still later than 2", headers)
      }
      #expect(fault?.code == .clockSkewed)
      #expect(calls == (headers.isEmpty ? 1 : 2))
      #expect(fault?.values["seconds"] == (headers.isEmpty ? nil : "600"))
    }
  }

  @Test("an expired token is replaced once by what credential_process gives then")
  func expiredToken() async throws {
    try await CloudBench.withScratch { folder in
      let program = try CloudBench.file(
        "#!/bin/sh\necho x >> \(folder)/runs\necho \"{\\\"Version\\\":1,\\\"AccessKeyId\\\":\\\"KEY$(wc -l < \(folder)/runs | tr -d ' ')\\\",\\\"SecretAccessKey\\\":\\\"s\\\",\\\"SessionToken\\\":\\\"t\\\"}\"\n",
        "p.sh", in: folder, mode: 0o700)
      let config = try CloudBench.file("[default]\ncredential_process = \(program)\n", "config", in: folder)
      let clock = CloudTestClock()
      let environment = ["HOME": folder, "AWS_CONFIG_FILE": config]
      try await CloudBench.serving(
        clock: clock, environment: environment,
        answering: { request in
          let good =
            request.header("authorization")?.contains("Credential=KEY2/") == true
            && request.header("x-amz-security-token") == "t"
          return good
            ? .json(200, Self.thing)
            : .aws(403, "ExpiredTokenException", "The security token included in the request is expired")
        }
      ).run { (effects, server) async throws in
        _ = await CloudBench.fault { try await effects.call(CloudBench.intent(.createThing)) }
        #expect(server.requests.count == 1)
        clock.advance(by: .seconds(11))
        _ = try await effects.call(CloudBench.intent(.createThing))
        #expect(server.requests.last?.header("authorization")?.contains("Credential=KEY2/") == true)
      }
    }
  }

  @Test(
    "names that AWS would refuse are refused before any call",
    arguments: [
      ("thing", String(repeating: "x", count: 129)), ("thing", "a b"), ("thing", "a/b"), ("thing", "ä"),
      ("thing", ""),
      ("serial", "SPK 1"), ("serial", String(repeating: "1", count: 801)), ("model", "HUB 2"),
      ("model", "日本"),
    ])
  func names(_ field: String, _ value: String) async throws {
    let intent =
      switch field {
      case "thing": CloudBench.intent(.createThing, thing: value)
      case "serial": CloudBench.intent(.createThing, serial: value)
      default: CloudBench.intent(.createThing, model: value)
      }
    try await CloudBench.serving(answering: { _ in .json(200, Self.thing) }).run {
      (effects, server) async throws in
      let fault = await CloudBench.fault { try await effects.call(intent) }
      #expect(fault?.code == .requestRefused && fault?.values["field"] == field)
      #expect(server.requests.isEmpty)
    }
  }

  @Test("a colon in a Thing's name and an ARN are encoded on the wire")
  func encoding() async throws {
    try await CloudBench.serving(answering: { _ in .aws(404, "ResourceNotFoundException", "none") }).run {
      (effects, server) async throws in
      #expect(try await effects.probe(CloudBench.intent(.createThing, thing: "ABC:123")) == nil)
      #expect(server.requests.first?.target == "/things/ABC%3A123")
    }
  }

  @Test("endpoints come from the settings, else from the store, else from DescribeEndpoint, once")
  func endpoints() async throws {
    let kept = Kept<[String: String]>([:])
    let store = EndpointStore(
      get: { (key) async throws(Fault) -> String? in kept.value[key] },
      set: { (key, value) async throws(Fault) in kept.change { $0[key] = value } })
    try await CloudBench.serving(answering: { request in
      request.target.hasSuffix("Data-ATS")
        ? .json(200, #"{"endpointAddress":"abc-ats.iot.eu-central-1.amazonaws.com"}"#)
        : .json(200, #"{"endpointAddress":"abc.credentials.iot.eu-central-1.amazonaws.com"}"#)
    }).run { (effects, server) async throws in
      var directory = effects.directory
      directory.store = store
      let first = try await directory.endpoints()
      #expect(first.data == "abc-ats.iot.eu-central-1.amazonaws.com")
      #expect(
        server.requests.map(\.target) == [
          "/endpoint?endpointType=iot%3AData-ATS", "/endpoint?endpointType=iot%3ACredentialProvider",
        ])
      server.stop()
      #expect(try await directory.endpoints() == first)
      directory.aws.region = "eu-west-1"
      let fault = await CloudBench.fault { try await directory.endpoints() }
      #expect(
        fault?.code == .endpointUnknown && fault?.values["cause"]?.hasPrefix("network-unreachable") == true)
      directory.aws.dataEndpoint = "d.example"
      directory.aws.credentialEndpoint = "c.example"
      #expect(try await directory.endpoints() == HubEndpoints(data: "d.example", credentials: "c.example"))
    }
    try await CloudBench.serving(answering: { _ in .json(200, #"{"endpointAddress":"x\nevil: yes"}"#) }).run {
      (effects, _) async throws in
      #expect(await CloudBench.fault { try await effects.endpoints() }?.code == .endpointUnknown)
    }
  }
}
