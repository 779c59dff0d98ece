import CertForge
import Foundation
import Testing

@testable import Station

private let surroundings = ProcessInfo.processInfo.environment

/// Against an AWS IoT that is not ours, which checks signatures and IAM policies: the real clients, with a real certificate.
/// `Tests/MiniStack/run` runs it, and then logs in to that cloud's MQTT broker with the files that it leaves.
@Suite(
  "MiniStackProgram",
  .enabled(
    if: surroundings["STATION_MINISTACK_ENDPOINT"] != nil,
    "Tests/MiniStack/run.sh runs this beside MiniStack"),
  .serialized)
struct MiniStackProgram {
  @Test("registers a hub, twice with one effect, and leaves its files for mosquitto")
  func registersAHub() async throws {
    let hub = HubID(UUID())
    let (certificate, key) = try MiniStackBench.identity(hub, serial: "SPK00000001")
    try await MiniStackBench.using(MiniStackBench.effects()) { (effects) async throws in
      for kind in MiniStackBench.kinds {
        #expect(
          try await effects.probe(MiniStackBench.intent(kind, hub, certificate, serial: "SPK00000001")) == nil
        )
      }
      let first = try await MiniStackBench.register(effects, hub, certificate, serial: "SPK00000001")
      #expect(first.map(\.wasThere) == [false, false, false, false])
      let second = try await MiniStackBench.register(effects, hub, certificate, serial: "SPK00000001")
      #expect(second.map(\.wasThere) == [true, false, true, false])
      #expect(second[1].values["thingId"] == first[1].values["thingId"])
      for kind in MiniStackBench.kinds.dropLast() {
        #expect(
          try await effects.probe(MiniStackBench.intent(kind, hub, certificate, serial: "SPK00000001"))?
            .wasThere == true)
      }
      let endpoints = try await effects.endpoints()
      #expect(endpoints.data.contains("-ats.iot."))
    }
    let folder = try #require(surroundings["STATION_IDENTITY_FOLDER"])
    try key.write(to: URL(filePath: "\(folder)/private.key"))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: "\(folder)/private.key")
    try Data(certificate.pem.utf8).write(to: URL(filePath: "\(folder)/certificate.pem"))
    try Data(hub.text.utf8).write(to: URL(filePath: "\(folder)/thing"))
  }

  @Test("a second certificate for one Thing is a conflict, and nothing is changed")
  func conflicts() async throws {
    let hub = HubID(UUID())
    let (certificate, _) = try MiniStackBench.identity(hub, serial: "SPK00000002")
    let (other, _) = try MiniStackBench.identity(hub, serial: "SPK00000002")
    try await MiniStackBench.using(MiniStackBench.effects()) { (effects) async throws in
      _ = try await MiniStackBench.register(effects, hub, certificate, serial: "SPK00000002")
      let create = MiniStackBench.intent(.createThing, hub, other, serial: "SPK00000002")
      let answer = try await effects.call(create)
      #expect(answer.wasThere)
      #expect(await CloudBench.fault { try await effects.compare(create, answer) }?.code == .thingConflict)
      let attach = MiniStackBench.intent(.attachPrincipal, hub, other, serial: "SPK00000002")
      #expect(await CloudBench.fault { try await effects.call(attach) }?.code == .principalConflict)
    }
  }

  @Test("the group is joined, and another group is not in the shipped policy")
  func groups() async throws {
    let hub = HubID(UUID())
    let (certificate, _) = try MiniStackBench.identity(hub, serial: "SPK00000003")
    let join = MiniStackBench.intent(.joinThingGroup, hub, certificate, serial: "SPK00000003")
    try await MiniStackBench.using(MiniStackBench.effects(policyVia: .thingGroup, policy: "hubs")) {
      (effects) async throws in
      let missing = await CloudBench.fault { try await effects.call(join) }
      #expect(missing?.code == .targetMissing)
      _ = try await effects.call(MiniStackBench.intent(.createThing, hub, certificate, serial: "SPK00000003"))
      #expect(try await effects.call(join).values == ["group": "hubs"])
    }
    try await MiniStackBench.using(MiniStackBench.effects(policyVia: .thingGroup, policy: "others")) {
      (effects) async throws in
      let fault = await CloudBench.fault { try await effects.call(join) }
      #expect(fault?.code == .privilegeMissing)
      #expect(fault?.values["action"] == "iot:AddThingToThingGroup")
      #expect(fault?.values["resource"]?.hasSuffix(":thinggroup/others") == true)
    }
  }

  @Test("garbage, a missing policy, a wrong secret and an unknown key have their own words")
  func refusals() async throws {
    let hub = HubID(UUID())
    let certificate = try MiniStackBench.identity(hub, serial: "SPK00000004").certificate
    let register = MiniStackBench.intent(.registerCertificate, hub, certificate, serial: "SPK00000004")
    let attach = MiniStackBench.intent(.attachPolicy, hub, certificate, serial: "SPK00000004")
    try await MiniStackBench.using(MiniStackBench.effects(policy: "no-such-policy")) {
      (effects) async throws in
      let garbage = await CloudBench.fault { try await effects.call(CloudBench.intent(.registerCertificate)) }
      #expect(garbage?.code == .certificateRefused)
      _ = try await effects.call(register)
      let missing = await CloudBench.fault { try await effects.call(attach) }
      #expect(missing?.code == .targetMissing && missing?.values["target"] == "no-such-policy")
    }
    let path = try #require(surroundings["AWS_SHARED_CREDENTIALS_FILE"])
    let key = try #require(
      AWSProfileFile(String(contentsOfFile: path, encoding: .utf8), prefixed: false).sections["default"]?[
        "aws_access_key_id"])
    for id in [key, "AKIAUNKNOWNUNKNOWN00"] {
      let environment = ["AWS_ACCESS_KEY_ID": id, "AWS_SECRET_ACCESS_KEY": "wrong", "HOME": "/nonexistent"]
      try await MiniStackBench.using(MiniStackBench.effects(environment: environment)) {
        (effects) async throws in
        let fault = await CloudBench.fault { try await effects.endpoints() }
        #expect(
          fault?.code == .endpointUnknown && fault?.values["cause"]?.hasPrefix("credentials-refused") == true,
          "\(String(describing: fault))")
      }
    }
  }

  @Test("a clock that is ten minutes wrong is corrected by the server's Date", arguments: [-600, 600])
  func wrongClock(_ seconds: Int) async throws {
    let clock = CloudTestClock(Timestamp(Date()).advanced(by: .seconds(seconds)))
    try await MiniStackBench.using(MiniStackBench.effects(clock: clock)) { (effects) async throws in
      #expect(try await effects.endpoints().data.isEmpty == false)
      let learned = effects.registrar.client.offset.value
      #expect(abs(learned.components.seconds + Int64(seconds)) < 60)
    }
  }

  @Test("AWS signs a request, INACTIVE; it is activated last; a void one is removed, one in use is not")
  func issues() async throws {
    let credentials = try #require(surroundings["STATION_MINISTACK_AWS_ISSUER"])
    let environment = surroundings.merging(["AWS_SHARED_CREDENTIALS_FILE": credentials]) { $1 }
    let hub = HubID(UUID())
    let serial = SerialNumber(normalised: "SPK00000005")
    let key = try PrivateKey.generate()
    let request = try key.signingRequest(commonName: hub.text, serialNumber: serial.text)
    try await MiniStackBench.using(MiniStackBench.effects(environment: environment)) {
      (effects) async throws in
      let client = effects.registrar.client
      let issuer = AWSIssuer(client: client, clock: SystemClock(), randomness: SystemRandomness())
      let certificate = try await issuer.issue(
        request, thing: hub.text, serial: serial, now: Timestamp(Date()))
      let spent = try await issuer.issue(request, thing: hub.text, serial: serial, now: Timestamp(Date()))
      #expect(certificate.publicKey == request.publicKey && certificate.commonName == hub.text)
      #expect(issuer.recognises(certificate, serial: serial))
      #expect(try await client.describeCertificate(certificate.fingerprint)?.value.status == "INACTIVE")
      let kinds: [EffectKind] = [.createThing, .attachPrincipal, .attachPolicy, .activateCertificate]
      for kind in kinds {
        let intent = MiniStackBench.intent(kind, hub, certificate, serial: serial.text)
        _ = try await effects.compare(intent, try await effects.call(intent))
        let again = try await effects.call(intent)
        if kind == .activateCertificate { #expect(again.wasThere) }
      }
      #expect(try await client.describeCertificate(certificate.fingerprint)?.value.status == "ACTIVE")

      let used = await CloudBench.fault {
        try await effects.registrar.remove(certificate.fingerprint, thing: hub.text)
      }
      #expect(used?.code == .certificateInUse)
      // AWS's own word for it, without our look before.
      let refused = await CloudBench.fault { try await client.deleteCertificate(certificate.fingerprint) }
      #expect(refused?.code == .certificateRefused || refused?.code == .certificateInUse)
      let remove = MiniStackBench.intent(.removeCertificate, hub, spent, serial: serial.text)
      #expect(try await effects.call(remove).wasThere == false)
      #expect(try await effects.call(remove).wasThere)
      #expect(try await client.describeCertificate(spent.fingerprint) == nil)
      var listed: [String] = []
      var marker: String?
      repeat {
        let page = try await client.listCertificates(after: marker, pageSize: 1)
        listed += page.certificates.map(\.certificateId)
        marker = page.next
      } while marker != nil
      #expect(listed.contains(certificate.fingerprint) && !listed.contains(spent.fingerprint))
      // The other policy's right is not in this one.
      let register = await CloudBench.fault {
        try await effects.call(MiniStackBench.intent(.registerCertificate, hub, spent, serial: serial.text))
      }
      #expect(register?.code == .privilegeMissing)
    }
    try await MiniStackBench.using(MiniStackBench.effects()) { (effects) async throws in
      let fault = await CloudBench.fault {
        try await effects.registrar.client.createCertificateFromCSR(request.pem)
      }
      #expect(fault?.code == .privilegeMissing)
      #expect(fault?.values["action"] == "iot:CreateCertificateFromCsr")
    }
  }
}
