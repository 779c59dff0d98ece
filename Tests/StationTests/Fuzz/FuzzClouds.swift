import Foundation
import Synchronization

@testable import Station

/// The clients of both clouds before a server that answers with the input.
final class FuzzClouds: Sendable {
  static let unit = UnitIdentity.sample(CloudBench.hub, certificate: CloudBench.fingerprint)

  let server = FuzzServer()
  let clock = ManualClock()
  let effects: CloudEffects
  private let folder: FuzzFolder

  init() throws {
    folder = try FuzzFolder()
    let key = try folder.write(Array("a-key".utf8), to: "key")
    effects = try CloudEffects(
      CloudBench.settings("http://127.0.0.1:1", key: .file(key)), store: CloudBench.noStore, clock: clock,
      environment: CloudBench.environment, exchange: server)
  }

  func play(
    _ rule: @escaping @Sendable (HTTPCall) -> HTTPAnswer,
    _ body: @escaping @Sendable (CloudEffects) async throws -> Void
  ) throws {
    server.answer(rule)
    try FuzzPlay.run(clock) { [effects] in try await body(effects) }
  }

  /// Probe, call and compare, as the courier does.
  static func send(_ intent: OutboxIntent, _ effects: CloudEffects) async throws {
    if let found = try await effects.probe(intent) { try require(found) }
    let told = try await effects.call(intent)
    try require(told)
    try require(try await effects.compare(intent, told))
  }

  /// It goes into the ledger, for ever.
  static func require(_ evidence: EffectEvidence) throws {
    try FuzzTarget.require(evidence.values.count <= 16, "\(evidence.values.count) values")
    for (name, value) in evidence.values {
      try FuzzTarget.require(
        value.unicodeScalars.count <= Fault.longestValue,
        "\(name) has \(value.unicodeScalars.count) scalars")
    }
    try FuzzTarget.require((evidence.request ?? "").unicodeScalars.count <= 128, "a long request id")
  }
}
