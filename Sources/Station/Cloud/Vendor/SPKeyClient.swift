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
    switch intent.kind {
    case .provisionHub: return try await find(intent)
    // Confirming is itself a read.
    case .confirmHub: return nil
    default: throw misdirected(intent)
    }
  }

  func call(_ intent: OutboxIntent) async throws(Fault) -> EffectEvidence {
    switch intent.kind {
    case .provisionHub: return try await provision(intent)
    case .confirmHub: return try await confirm(intent)
    default: throw misdirected(intent)
    }
  }

  /// "Already provisioned" does not say that serial and model are the same: the status does.
  func compare(_ intent: OutboxIntent, _ answer: EffectEvidence) async throws(Fault) -> EffectEvidence {
    guard answer.wasThere, intent.kind == .provisionHub else { return answer }
    return try await confirm(intent)
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

  private func provision(_ intent: OutboxIntent) async throws(Fault) -> EffectEvidence {
    let operation = "ProvisionHub"
    let body = Provisioning(
      hubId: intent.hub.text, serial: intent.serial.text, model: intent.model, thingName: intent.thing,
      vendorName: intent.vendorName.isEmpty ? nil : intent.vendorName)
    let answer = try await send(
      "POST", [intent.hub.text, operation], body: try json(body), intent, operation)
    guard answer.status == 200 || answer.status == 201 else { throw refused(answer, intent, operation) }
    guard let told = answer.decoded(Provisioned.self), told.success else {
      throw answer.notUnderstood(by: origin.authority, operation: operation)
    }
    if let data = told.event?.data {
      let pairs = [
        ("hubId", intent.hub.text, data.hubId?.lowercased()), ("serial", intent.serial.text, data.serial),
        ("model", intent.model, data.model), ("thingName", intent.thing, data.thingName),
      ]
      for (name, expected, actual) in pairs {
        guard let actual, actual != expected else { continue }
        throw Fault(
          .hubConflict,
          [
            "hub": intent.hub.text, "serial": intent.serial.text, "expected": "\(name)=\(expected)",
            "actual": "\(name)=\(actual)",
          ])
      }
    }
    return evidence(answer, wasThere: answer.status == 200, ["event": told.event?.type ?? "none"])
  }

  // MARK: - GET status

  private func status(_ intent: OutboxIntent) async throws(Fault) -> (HTTPAnswer, VendorHubStatus)? {
    let operation = "GetHubStatus"
    let answer = try await send("GET", [intent.hub.text, "status"], body: [], intent, operation)
    if answer.status == 404, VendorRefusal(answer) != nil { return nil }
    guard answer.status == 200 else { throw refused(answer, intent, operation) }
    guard let found = answer.decoded(VendorHubStatus.self), found.hubId != nil || found.serial != nil else {
      throw answer.notUnderstood(by: origin.authority, operation: operation)
    }
    return (answer, found)
  }

  private func find(_ intent: OutboxIntent) async throws(Fault) -> EffectEvidence? {
    guard let (answer, found) = try await status(intent) else { return nil }
    try found.agree(with: intent)
    return evidence(answer, wasThere: true, ["status": found.status ?? ""])
  }

  private func confirm(_ intent: OutboxIntent) async throws(Fault) -> EffectEvidence {
    guard let found = try await find(intent) else {
      let values = [
        "hub": intent.hub.text, "serial": intent.serial.text, "host": origin.authority,
        "operation": "GetHubStatus", "status": "404", "cause": "not readable yet after ProvisionHub",
      ]
      throw Fault(patience.mayStillCome(intent.hub) ? .serverFailed : .hubUnknown, values)
    }
    patience.seen(intent.hub)
    return found
  }

  // MARK: - Calls

  /// Sends with the configured secrets; a refused secret that has changed meanwhile is tried once more.
  private func send(
    _ method: String, _ path: [String], body: [UInt8], _ intent: OutboxIntent, _ operation: String
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

  private func refused(_ answer: HTTPAnswer, _ intent: OutboxIntent, _ operation: String) -> Fault {
    let retryAfter = answer.retryAfter(now: clock.now())
    if let refusal = VendorRefusal(answer) {
      return refusal.fault(
        operation: operation, host: origin.authority, hub: intent.hub.text, retryAfter: retryAfter)
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
