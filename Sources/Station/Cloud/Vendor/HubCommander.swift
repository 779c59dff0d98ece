/// Asks a hub through the cloud: SendHubCommand forwards the question into the hub's device shadow, and the answer comes
/// back in its reported state. Needs both clouds.
///
/// Answers carry no id of their question. So the shadow is read first, and what was reported later, by AWS's clock, is the
/// answer; entries of one hub are sent one after the other, so there is one question at a time.
struct HubCommander: CloudEffect {
  var vendor: SPKeyClient
  var shadow: ShadowReader
  /// By name.
  var networks: [String: WirelessNetwork]
  var clock: any StationClock

  private static let pause = Duration.seconds(1)

  /// Both may be asked again: a question changes nothing, and a network that is set twice is set once.
  func probe(_ intent: OutboxIntent) async throws(Fault) -> EffectEvidence? { nil }

  func call(_ intent: OutboxIntent) async throws(Fault) -> EffectEvidence {
    switch intent.effect {
    case .checkHub(let unit, let check): return try await perform(check, unit)
    case .sendHubCommand(let unit, let command):
      try command.check()
      let answer = try await ask(unit, command)
      return EffectEvidence(wasThere: false, httpStatus: 200, values: ["answer": answer.shortText])
    default:
      throw Fault(.requestRefused, ["kind": intent.kind.rawValue, "message": "not a question to a hub"])
    }
  }

  func compare(_ intent: OutboxIntent, _ answer: EffectEvidence) async throws(Fault) -> EffectEvidence {
    answer
  }

  // MARK: Checks

  private func perform(_ check: CloudCheck, _ unit: UnitIdentity) async throws(Fault) -> EffectEvidence {
    guard check.command != CloudCheck.online else { return try await checkOnline(unit) }
    let answer = try await ask(unit, HubCommand(command: check.command, seconds: check.seconds))
    let results = check.judge(answer)
    if let place = results.firstIndex(where: { !$0.passed }) {
      let bad = results[place]
      let expected = check.values[place].expected ?? bad.limits ?? ""
      throw Fault(
        .cloudCheckOutside,
        about(
          unit, ["check": check.command, "name": bad.name, "actual": bad.text, "expected": expected]))
    }
    var values = Dictionary(
      results.prefix(15).map { ($0.name, $0.text) }, uniquingKeysWith: { first, _ in first })
    values["check"] = check.command
    return EffectEvidence(wasThere: false, httpStatus: 200, values: values)
  }

  private func checkOnline(_ unit: UnitIdentity) async throws(Fault) -> EffectEvidence {
    guard let (answer, status) = try await vendor.status(unit), status.online == .flag(true) else {
      throw Fault(.hubOffline, about(unit, ["check": CloudCheck.online]))
    }
    var values = ["check": CloudCheck.online]
    values["version"] = status.version?.plainText
    return vendor.evidence(answer, wasThere: false, values)
  }

  // MARK: Asking

  /// - Throws: `hub-offline`, `hub-unanswered`, `hub-command-refused`, and what the two clouds throw.
  func ask(_ unit: UnitIdentity, _ command: HubCommand) async throws(Fault) -> JSONValue {
    let before = try await settled(unit, command)
    try await forward(unit, command)
    let end = clock.uptime() + .seconds(command.seconds)
    while true {
      let found = try await shadow.read(unit.thing)
      if let second = found.second, second > before ?? .min, let value = found.value {
        return try result(value, unit, command)
      }
      guard clock.uptime() < end else { throw unanswered(unit, command) }
      do { try await clock.sleep(for: Self.pause) } catch { throw Fault(.requestCancelled) }
    }
  }

  /// When the hub last reported. Timestamps are whole seconds: an answer to an earlier question must not be so young that
  /// the next one could carry the same. A hub that never stops reporting is not asked: what it says could be an answer to
  /// anything.
  private func settled(_ unit: UnitIdentity, _ command: HubCommand) async throws(Fault) -> Int64? {
    let end = clock.uptime() + .seconds(command.seconds)
    while true {
      let found = try await shadow.read(unit.thing)
      guard let second = found.second, let now = found.now, now <= second else { return found.second }
      guard clock.uptime() < end else { throw unanswered(unit, command) }
      do { try await clock.sleep(for: Self.pause) } catch { throw Fault(.requestCancelled) }
    }
  }

  private func unanswered(_ unit: UnitIdentity, _ command: HubCommand) -> Fault {
    Fault(
      .hubUnanswered, about(unit, ["command": command.command, "seconds": String(command.seconds)]))
  }

  private struct Forwarding: Encodable, Sendable {
    var hubId: String
    var command: String
    var args: JSONValue?
  }

  private struct Forwarded: Decodable {
    var success: Bool
  }

  private func forward(_ unit: UnitIdentity, _ command: HubCommand) async throws(Fault) {
    var arguments = command.arguments
    if let name = command.network {
      guard let network = networks[name] else {
        throw VendorRules.invalid("network", name, "one of the settings' networks")
      }
      arguments = ["ssid": .text(network.ssid), "credentials": .text(try await passphrase(of: network))]
    }
    let call = VendorCall.hub(
      unit, .sendHubCommand,
      body: Forwarding(hubId: unit.hub.text, command: command.command, args: arguments))
    let answer = try await vendor.send(call)
    guard answer.status == 200 else { throw vendor.refused(answer, call) }
    guard let told = answer.decoded(Forwarded.self), told.success else {
      throw vendor.notUnderstood(answer, call)
    }
  }

  /// One network whose file is missing must not stop the questions to all hubs.
  private func passphrase(of network: WirelessNetwork) async throws(Fault) -> String {
    do throws(Fault) { return try await network.secret() } catch {
      throw VendorRules.invalid(
        "network", network.name,
        "one whose passphrase can be read: \(error.values["cause"] ?? error.code.rawValue)")
    }
  }

  /// The answer of the hub's Matter server: `result`, or an error in its words.
  private func result(_ value: JSONValue, _ unit: UnitIdentity, _ command: HubCommand) throws(Fault)
    -> JSONValue
  {
    if let code = value["error_code"], code != .null, code != .integer(0) {
      throw Fault(
        .hubCommandRefused,
        about(
          unit,
          [
            "command": command.command, "status": code.plainText,
            "message": Printable.text(value["details"]?.plainText ?? ""),
          ]))
    }
    return value["result"] ?? value
  }

  private func about(_ unit: UnitIdentity, _ values: [String: String]) -> [String: String] {
    values.merging(["hub": unit.hub.text, "serial": unit.serial.text]) { $1 }
  }
}

extension JSONValue {
  /// What fits into evidence.
  fileprivate var shortText: String { String(decoding: bytes.prefix(Fault.longestValue), as: UTF8.self) }
}
