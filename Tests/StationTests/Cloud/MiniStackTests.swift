import CertForge
import Foundation
import Testing

@testable import Station

private let surroundings = ProcessInfo.processInfo.environment

/// Against an AWS IoT that is not ours: it checks signatures and IAM policies, and has an MQTT broker that lets a hub in
/// by its certificate and its IoT policy.
@Suite("MiniStack")
struct MiniStackTests {
  /// The script starts MiniStack in a network of its own, runs `registersAHub` beside it, and logs in with mosquitto.
  @Test(
    "a hub that the registrar registered logs in with its own files, and nobody else with them",
    .enabled(
      if: surroundings["STATION_VENV"] != nil && surroundings["STATION_MINISTACK_INSIDE"] == nil,
      "STATION_VENV names no Python environment with ministack and cryptography (make test sets it)"))
  func logsIn() async throws {
    try await CloudBench.withScratch { folder in
      let script = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "../../MiniStack/run.sh"
      ).standardized.path
      // The test program itself, so that nothing is built and no lock of the package manager is waited for.
      let program = CommandLine.arguments[0]
      let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? program
      let ran = try CloudBench.program(
        script, [folder, bundle, "--testing-library", "swift-testing", "--filter", "MiniStackProgram"])
      #expect(ran.status == 0, "\(ran.output)")
      #expect(ran.output.contains("connected over mutual TLS with the delivered files"), "\(ran.output)")
      #expect(ran.output.contains("another client id with the same files was refused"), "\(ran.output)")
    }
  }
}

/// What runs inside: the real registrar, for a real certificate.
@Suite(
  "MiniStackProgram",
  .enabled(
    if: surroundings["STATION_MINISTACK_ENDPOINT"] != nil,
    "Tests/MiniStack/run.sh runs this beside MiniStack"),
  .serialized)
struct MiniStackProgram {
  private func effects(
    clock: any StationClock = SystemClock(), environment: [String: String] = surroundings,
    policyVia: CloudSettings.AWS.PolicyVia = .certificate, policy: String? = nil
  ) throws -> CloudEffects {
    let endpoint = try #require(surroundings["STATION_MINISTACK_ENDPOINT"])
    var settings = CloudBench.settings(endpoint, key: .file("/nonexistent"))
    settings.aws.region = try #require(surroundings["STATION_MINISTACK_REGION"])
    settings.aws.account = try #require(surroundings["STATION_MINISTACK_ACCOUNT"])
    settings.aws.policyVia = policyVia
    settings.aws.policyName = try #require(policy ?? surroundings["STATION_MINISTACK_POLICY"])
    return try CloudEffects(settings, store: CloudBench.noStore, clock: clock, environment: environment)
  }

  private func using<Value>(_ effects: CloudEffects, _ body: (CloudEffects) async throws -> Value)
    async throws
    -> Value
  {
    do {
      let value = try await body(effects)
      await effects.shutdown()
      return value
    } catch {
      await effects.shutdown()
      throw error
    }
  }

  /// A hub's certificate from an authority of the test, and its key as PEM.
  private func identity(_ hub: HubID, serial: String) throws -> (certificate: Certificate, key: Data) {
    let folder = NSTemporaryDirectory() + "station-ministack-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: folder) } }
    let words = Array("a passphrase of the test".utf8)
    let passphrase = try words.withUnsafeBytes { try Passphrase(copying: $0) }
    let authority = try IssuingAuthority.create(
      subject: "Test factory", organisation: nil, notBefore: Date() - 86_400, notAfter: Date() + 86_400 * 900,
      keyFile: "\(folder)/ca.key", certificateFile: "\(folder)/ca.pem", passphrase: passphrase)
    let key = try PrivateKey.generate()
    let request = try key.signingRequest(commonName: hub.text, serialNumber: serial)
    let certificate = try authority.issue(request, commonName: hub.text, serialNumber: serial, now: Date())
    return (certificate, try key.withPEM { Data($0) })
  }

  private func intent(_ kind: EffectKind, _ hub: HubID, _ certificate: Certificate, serial: String)
    -> OutboxIntent
  {
    OutboxIntent(
      entry: "e", order: 1, kind: kind, hub: hub, serial: SerialNumber(normalised: serial), model: "HUB-2",
      vendorName: "Acme", thing: hub.text, certificate: certificate.fingerprint,
      certificateDER: Data(certificate.der))
  }

  private static let kinds: [EffectKind] = [
    .registerCertificate, .createThing, .attachPrincipal, .attachPolicy,
  ]

  private func register(_ effects: CloudEffects, _ hub: HubID, _ certificate: Certificate, serial: String)
    async throws -> [EffectEvidence]
  {
    var all: [EffectEvidence] = []
    for kind in Self.kinds {
      let intent = intent(kind, hub, certificate, serial: serial)
      all.append(try await effects.compare(intent, try await effects.call(intent)))
    }
    return all
  }

  @Test("registers a hub, twice with one effect, and leaves its files for mosquitto")
  func registersAHub() async throws {
    let hub = HubID(UUID())
    let (certificate, key) = try identity(hub, serial: "SPK00000001")
    try await using(effects()) { effects in
      for kind in Self.kinds {
        #expect(try await effects.probe(intent(kind, hub, certificate, serial: "SPK00000001")) == nil)
      }
      let first = try await register(effects, hub, certificate, serial: "SPK00000001")
      #expect(first.map(\.wasThere) == [false, false, false, false])
      let second = try await register(effects, hub, certificate, serial: "SPK00000001")
      #expect(second.map(\.wasThere) == [true, false, true, false])
      #expect(second[1].values["thingId"] == first[1].values["thingId"])
      for kind in Self.kinds.dropLast() {
        #expect(
          try await effects.probe(intent(kind, hub, certificate, serial: "SPK00000001"))?.wasThere == true)
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
    let (certificate, _) = try identity(hub, serial: "SPK00000002")
    let (other, _) = try identity(hub, serial: "SPK00000002")
    try await using(effects()) { effects in
      _ = try await register(effects, hub, certificate, serial: "SPK00000002")
      let create = intent(.createThing, hub, other, serial: "SPK00000002")
      let answer = try await effects.call(create)
      #expect(answer.wasThere)
      #expect(await CloudBench.fault { try await effects.compare(create, answer) }?.code == .thingConflict)
      let attach = intent(.attachPrincipal, hub, other, serial: "SPK00000002")
      #expect(await CloudBench.fault { try await effects.call(attach) }?.code == .principalConflict)
    }
  }

  @Test("the group is joined, and another group is not in the shipped policy")
  func groups() async throws {
    let hub = HubID(UUID())
    let (certificate, _) = try identity(hub, serial: "SPK00000003")
    let join = intent(.joinThingGroup, hub, certificate, serial: "SPK00000003")
    try await using(effects(policyVia: .thingGroup, policy: "hubs")) { effects in
      let missing = await CloudBench.fault { try await effects.call(join) }
      #expect(missing?.code == .targetMissing)
      _ = try await effects.call(intent(.createThing, hub, certificate, serial: "SPK00000003"))
      #expect(try await effects.call(join).values == ["group": "hubs"])
    }
    try await using(effects(policyVia: .thingGroup, policy: "others")) { effects in
      let fault = await CloudBench.fault { try await effects.call(join) }
      #expect(fault?.code == .privilegeMissing)
      #expect(fault?.values["action"] == "iot:AddThingToThingGroup")
      #expect(fault?.values["resource"]?.hasSuffix(":thinggroup/others") == true)
    }
  }

  @Test("garbage, a missing policy, a wrong secret and an unknown key have their own words")
  func refusals() async throws {
    let hub = HubID(UUID())
    let (certificate, _) = try identity(hub, serial: "SPK00000004")
    try await using(effects(policy: "no-such-policy")) { effects in
      #expect(
        await CloudBench.fault { try await effects.call(CloudBench.intent(.registerCertificate)) }?.code
          == .certificateRefused)
      _ = try await effects.call(intent(.registerCertificate, hub, certificate, serial: "SPK00000004"))
      let fault = await CloudBench.fault {
        try await effects.call(intent(.attachPolicy, hub, certificate, serial: "SPK00000004"))
      }
      #expect(fault?.code == .targetMissing && fault?.values["target"] == "no-such-policy")
    }
    let path = try #require(surroundings["AWS_SHARED_CREDENTIALS_FILE"])
    let key = try #require(
      AWSProfileFile(String(contentsOfFile: path, encoding: .utf8), prefixed: false).sections["default"]?[
        "aws_access_key_id"])
    for id in [key, "AKIAUNKNOWNUNKNOWN00"] {
      let environment = ["AWS_ACCESS_KEY_ID": id, "AWS_SECRET_ACCESS_KEY": "wrong", "HOME": "/nonexistent"]
      try await using(effects(environment: environment)) { effects in
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
    try await using(effects(clock: clock)) { effects in
      #expect(try await effects.endpoints().data.isEmpty == false)
      let learned = effects.registrar.client.offset.value
      #expect(abs(learned.components.seconds + Int64(seconds)) < 60)
    }
  }
}
