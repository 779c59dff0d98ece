import CertForge
import Foundation
import Testing

@testable import Station

/// What the cloud tests share: settings that point at a server, an entry, and a scratch folder.
enum CloudBench {
  static let hub = HubID("90799d3e-b623-5a59-b2aa-e7df099f5daa")!
  static let der = Data("not a certificate, but bytes with a fingerprint".utf8)
  static let fingerprint = Digest.sha256Hex(der)
  static let arn = "arn:aws:iot:eu-central-1:123456789012:cert/\(fingerprint)"
  static let environment = [
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    "HOME": "/nonexistent",
  ]

  static func intent(
    _ kind: EffectKind, thing: String = hub.text, serial: String = "SPK00000001", model: String = "HUB-2"
  ) -> OutboxIntent {
    var unit = UnitIdentity.sample(hub, serial: serial, certificate: fingerprint)
    unit.thing = thing
    unit.model = model
    return OutboxIntent(entry: "0199", effect: Effect(kind, unit, der: der))
  }

  static func network(timeout: Duration = .seconds(10)) -> CloudSettings.Network {
    CloudSettings.Network(
      proxy: nil, noProxy: [], caBundle: nil, connectTimeout: .seconds(5), requestTimeout: timeout)
  }

  static func settings(
    _ url: String, key: SecretSource, authentication: CloudSettings.Vendor.Authentication = .apiKey,
    bearer: SecretSource? = nil, network: CloudSettings.Network = network()
  ) -> CloudSettings {
    CloudSettings(
      aws: CloudSettings.AWS(
        region: "eu-central-1", account: "123456789012", endpoint: url, dataEndpoint: nil,
        credentialEndpoint: nil,
        roleAlias: nil, thingType: nil, policyVia: .certificate, policyName: "hub-policy", profile: nil),
      vendor: CloudSettings.Vendor(
        baseURL: url, authentication: authentication, apiKey: key, bearer: bearer, organisation: "org-1"),
      network: network, callsPerSecond: 100, callsPerSecondByKind: [:])
  }

  static let noStore = EndpointStore(
    get: { (_) async throws(Fault) -> String? in nil }, set: { (_, _) async throws(Fault) in })

  /// A server, and the product's client in front of it, both gone at the end of `run`.
  struct Bench {
    var clock: any StationClock
    var environment: [String: String]
    var network: CloudSettings.Network
    var change: (inout CloudSettings) -> Void
    var handler: @Sendable (LoopbackServer.Request) -> LoopbackServer.Answer

    func run<Value: Sendable>(_ body: (CloudEffects, LoopbackServer) async throws -> Value) async throws
      -> Value
    {
      let server = try LoopbackServer(handler)
      defer { server.stop() }
      return try await withScratch { folder in
        let key = try secretFile("key-1", in: folder)
        var settings = settings(server.url, key: .file(key), network: network)
        change(&settings)
        let effects = try CloudEffects(settings, store: noStore, clock: clock, environment: environment)
        do {
          let value = try await body(effects, server)
          await effects.shutdown()
          return value
        } catch {
          await effects.shutdown()
          throw error
        }
      }
    }
  }

  static func serving(
    clock: any StationClock = CloudTestClock(), environment: [String: String] = environment,
    network: CloudSettings.Network = network(), change: @escaping (inout CloudSettings) -> Void = { _ in },
    answering handler: @escaping @Sendable (LoopbackServer.Request) -> LoopbackServer.Answer
  ) -> Bench {
    Bench(clock: clock, environment: environment, network: network, change: change, handler: handler)
  }

  /// The fault that `body` ends with; a test fails when it ends well.
  static func fault<Value>(_ body: () async throws -> Value) async -> Fault? {
    do {
      let value = try await body()
      Issue.record("no fault, but \(value)")
      return nil
    } catch let fault as Fault {
      return fault
    } catch {
      Issue.record("\(error)")
      return nil
    }
  }

  static func withScratch<Value>(_ body: (String) async throws -> Value) async throws -> Value {
    let folder = NSTemporaryDirectory() + "station-cloud-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: folder) } }
    return try await body(folder)
  }

  @discardableResult
  static func file(_ text: String, _ name: String, in folder: String, mode: Int = 0o600) throws -> String {
    let path = "\(folder)/\(name)"
    try Data(text.utf8).write(to: URL(filePath: path))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    return path
  }

  static func secretFile(_ secret: String, in folder: String) throws -> String {
    try file("\(secret)\n", "secret", in: folder)
  }

  /// Runs a program to its end. Not for secrets.
  static func program(_ program: String, _ arguments: [String]) async throws -> (
    status: Int32, output: String
  ) {
    try await blocking {
      let output = try ReadablePipe()
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = [program] + arguments
      process.standardOutput = output.writer
      process.standardError = output.writer
      try process.run()
      try output.writer.close()
      let data = try output.reader.readToEnd() ?? Data()
      process.waitUntilExit()
      return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }
  }

  /// What blocks runs on a thread of its own: the pool of the tests has as few threads as the machine has cores.
  static func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value
  {
    try await withCheckedThrowingContinuation { continuation in
      Thread { continuation.resume(with: Result { try body() }) }.start()
    }
  }
}
