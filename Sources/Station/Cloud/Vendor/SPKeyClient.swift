import Foundation

/// Tells the vendor's cloud about a hub: ProvisionHub, and GET status to see that it holds what was meant.
struct SPKeyClient: CloudEffect {
  var origin: HTTPOrigin
  var exchange: any HTTPExchange
  /// Read and sent when set; which of the two is the settings' decision.
  var apiKey: SecretReader?
  var bearer: SecretReader?
  var clock: any StationClock
  var patience: ReadPatience

  func probe(_ intent: OutboxIntent) async throws(Fault) -> EffectEvidence? {
    switch intent.effect {
    case .provisionHub(let unit): return try await find(unit)
    // Confirming is itself a read.
    case .confirmHub: return nil
    default: throw misdirected(intent)
    }
  }

  func call(_ intent: OutboxIntent) async throws(Fault) -> EffectEvidence {
    switch intent.effect {
    case .provisionHub(let unit): return try await provision(unit)
    case .confirmHub(let unit): return try await confirm(unit)
    default: throw misdirected(intent)
    }
  }

  /// "Already provisioned" does not say that serial and model are the same: the status does.
  func compare(_ intent: OutboxIntent, _ answer: EffectEvidence) async throws(Fault) -> EffectEvidence {
    guard answer.wasThere, case .provisionHub(let unit) = intent.effect else { return answer }
    return try await confirm(unit)
  }

  // MARK: - ProvisionHub

  private struct Provisioning: Encodable {
    var hubId: String
    var serial: String
    var model: String
    var thingName: String
    var vendorName: String?
  }

  private struct Provisioned: Decodable {
    struct Event: Decodable {
      struct Data: Decodable {
        var hubId: String?
        var serial: String?
        var model: String?
        var thingName: String?
      }
      var type: String
      var data: Data?
    }
    var success: Bool
    var aggregateId: String?
    var event: Event?
  }

  private func provision(_ unit: UnitIdentity) async throws(Fault) -> EffectEvidence {
    let operation = "ProvisionHub"
    let body = Provisioning(
      hubId: unit.hub.text, serial: unit.serial.text, model: unit.model, thingName: unit.thing,
      vendorName: unit.vendorName.isEmpty ? nil : unit.vendorName)
    let answer = try await send(
      "POST", [unit.hub.text, operation], body: try json(body), unit, operation)
    guard answer.status == 200 || answer.status == 201 else { throw refused(answer, unit, operation) }
    guard let told = answer.decoded(Provisioned.self), told.success else {
      throw answer.notUnderstood(by: origin.authority, operation: operation)
    }
    if let data = told.event?.data {
      let pairs = [
        ("hubId", unit.hub.text, data.hubId?.lowercased()), ("serial", unit.serial.text, data.serial),
        ("model", unit.model, data.model), ("thingName", unit.thing, data.thingName),
      ]
      for (name, expected, actual) in pairs {
        guard let actual, actual != expected else { continue }
        throw Fault(
          .hubConflict,
          [
            "hub": unit.hub.text, "serial": unit.serial.text, "expected": "\(name)=\(expected)",
            "actual": "\(name)=\(actual)",
          ])
      }
    }
    return evidence(answer, wasThere: answer.status == 200, ["event": told.event?.type ?? "none"])
  }

  // MARK: - GET status

  private func status(_ unit: UnitIdentity) async throws(Fault) -> (HTTPAnswer, VendorHubStatus)? {
    let operation = "GetHubStatus"
    let answer = try await send("GET", [unit.hub.text, "status"], body: [], unit, operation)
    if answer.status == 404, VendorRefusal(answer) != nil { return nil }
    guard answer.status == 200 else { throw refused(answer, unit, operation) }
    guard let found = answer.decoded(VendorHubStatus.self), found.hubId != nil || found.serial != nil else {
      throw answer.notUnderstood(by: origin.authority, operation: operation)
    }
    return (answer, found)
  }

  private func find(_ unit: UnitIdentity) async throws(Fault) -> EffectEvidence? {
    guard let (answer, found) = try await status(unit) else { return nil }
    try found.agree(with: unit)
    return evidence(answer, wasThere: true, ["status": found.status ?? ""])
  }

  private func confirm(_ unit: UnitIdentity) async throws(Fault) -> EffectEvidence {
    guard let found = try await find(unit) else {
      let values = [
        "hub": unit.hub.text, "serial": unit.serial.text, "host": origin.authority,
        "operation": "GetHubStatus", "status": "404", "cause": "not readable yet after ProvisionHub",
      ]
      throw Fault(patience.mayStillCome(unit.hub) ? .serverFailed : .hubUnknown, values)
    }
    patience.seen(unit.hub)
    return found
  }

  // MARK: - Calls

  /// Sends with the configured secrets; a refused secret that has changed meanwhile is tried once more.
  private func send(
    _ method: String, _ path: [String], body: [UInt8], _ unit: UnitIdentity, _ operation: String
  ) async throws(Fault) -> HTTPAnswer {
    let used = try await authentication()
    let answer = try await exchange.send(request(method, path, body, used))
    guard answer.status == 401 else { return answer }
    await apiKey?.refresh()
    await bearer?.refresh()
    let fresh = try await authentication()
    guard fresh != used else { return answer }
    return try await exchange.send(request(method, path, body, fresh))
  }

  private func request(_ method: String, _ path: [String], _ body: [UInt8], _ secrets: [HTTPCall.Pair])
    -> HTTPCall
  {
    var headers = [HTTPCall.Pair("host", origin.authority), HTTPCall.Pair("accept", "application/json")]
    if !body.isEmpty { headers.append(HTTPCall.Pair("content-type", "application/json")) }
    return HTTPCall(
      method: method, origin: origin, path: origin.prefix + PercentEncoding.path(["hubs"] + path),
      headers: headers + secrets, body: body)
  }

  private func authentication() async throws(Fault) -> [HTTPCall.Pair] {
    var headers: [HTTPCall.Pair] = []
    if let apiKey { headers.append(HTTPCall.Pair("x-api-key", try await apiKey.secret())) }
    if let bearer { headers.append(HTTPCall.Pair("authorization", "Bearer \(try await bearer.secret())")) }
    guard !headers.isEmpty else {
      throw Fault(.credentialsMissing, ["lane": "vendor", "cause": "the settings name no secret"])
    }
    return headers
  }

  private func refused(_ answer: HTTPAnswer, _ unit: UnitIdentity, _ operation: String) -> Fault {
    let retryAfter = answer.retryAfter(now: clock.now())
    if let refusal = VendorRefusal(answer) {
      return refusal.fault(
        operation: operation, host: origin.authority, hub: unit.hub.text, retryAfter: retryAfter)
    }
    switch answer.status {
    case 429:
      return Fault(.throttled, ["host": origin.authority, "operation": operation], retryAfter: retryAfter)
    case 500...:
      return Fault(
        .serverFailed,
        ["host": origin.authority, "operation": operation, "status": String(answer.status)],
        retryAfter: retryAfter)
    default: return answer.notUnderstood(by: origin.authority, operation: operation)
    }
  }

  private func evidence(_ answer: HTTPAnswer, wasThere: Bool, _ values: [String: String]) -> EffectEvidence {
    EffectEvidence(
      wasThere: wasThere, httpStatus: answer.status, request: answer.header("cf-ray"), values: values)
  }

  private func json(_ value: some Encodable) throws(Fault) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return Array(try encoder.encode(value))
    } catch {
      throw Fault(.requestRefused, ["message": "could not be written as JSON: \(error)"])
    }
  }

  private func misdirected(_ intent: OutboxIntent) -> Fault {
    Fault(.requestRefused, ["kind": intent.kind.rawValue, "message": "not an entry for the vendor's cloud"])
  }
}
