import Foundation

/// Tells the vendor's cloud about hubs, locks and keys, and looks whether it holds what was meant.
///
/// Each kind of call has a file of its own. All have one shape: a probe that finds what an earlier call left, the call,
/// and a comparison where the cloud says that it was there already.
struct SPKeyClient: CloudEffect {
  var origin: HTTPOrigin
  var exchange: any HTTPExchange
  /// Read and sent when set; which of the two is the settings' decision.
  var apiKey: SecretReader?
  var bearer: SecretReader?
  /// The key's own organisation: what a claim without one is compared with.
  var organisation: String?
  var clock: any StationClock
  var patience: ReadPatience

  func probe(_ intent: OutboxIntent) async throws(Fault) -> EffectEvidence? {
    switch intent.effect {
    case .provisionHub(let unit): return try await find(unit)
    // Confirming is itself a read.
    case .confirmHub: return nil
    case .claimHub(let unit, let customer): return try await findClaim(unit, customer)
    case .moveHub(let unit, let customer, _): return try await findMove(unit, customer)
    case .suspendHub(let unit, _): return try await findSuspension(unit)
    case .createLock(let lock): return try await find(lock)
    case .addPhysicalKey(let order): return try await find(order)
    case .removePhysicalKey(let order, let number): return try await findRemoval(order, number)
    default: throw misdirected(intent)
    }
  }

  func call(_ intent: OutboxIntent) async throws(Fault) -> EffectEvidence {
    switch intent.effect {
    case .provisionHub(let unit): return try await provision(unit)
    case .confirmHub(let unit): return try await confirm(unit)
    case .claimHub(let unit, let customer): return try await claim(unit, customer)
    case .moveHub(let unit, let customer, let reason): return try await move(unit, customer, reason)
    case .suspendHub(let unit, let suspension): return try await suspend(unit, suspension)
    case .createLock(let lock): return try await create(lock)
    case .addPhysicalKey(let order): return try await add(order)
    case .removePhysicalKey(let order, let number): return try await remove(order, number)
    default: throw misdirected(intent)
    }
  }

  /// "It was there already" does not say that it is the same: a read does.
  func compare(_ intent: OutboxIntent, _ answer: EffectEvidence) async throws(Fault) -> EffectEvidence {
    guard answer.wasThere else { return answer }
    switch intent.effect {
    case .provisionHub(let unit): return try await confirm(unit)
    case .createLock(let lock): return try await confirm(lock)
    default: return answer
    }
  }

  // MARK: - Calls

  /// Sends with the configured secrets; a refused secret that has changed meanwhile is tried once more.
  func send(_ call: VendorCall) async throws(Fault) -> HTTPAnswer {
    let body = try call.body.map { body throws(Fault) in try json(body) } ?? []
    let used = try await secrets()
    let answer = try await exchange.send(request(call, body, used))
    guard answer.status == 401 else { return answer }
    if let key = used.apiKey { await apiKey?.wasRefused(key) }
    if let token = used.bearer { await bearer?.wasRefused(token) }
    let fresh = try await secrets()
    guard fresh != used else { return answer }
    return try await exchange.send(request(call, body, fresh))
  }

  private struct Secrets: Equatable {
    var apiKey: String?
    var bearer: String?

    var headers: [HTTPCall.Pair] {
      (apiKey.map { [HTTPCall.Pair("x-api-key", $0)] } ?? [])
        + (bearer.map { [HTTPCall.Pair("authorization", "Bearer \($0)")] } ?? [])
    }
  }

  private func request(_ call: VendorCall, _ body: [UInt8], _ secrets: Secrets) -> HTTPCall {
    var headers = [HTTPCall.Pair("host", origin.authority), HTTPCall.Pair("accept", "application/json")]
    if !body.isEmpty { headers.append(HTTPCall.Pair("content-type", "application/json")) }
    return HTTPCall(
      method: call.method, origin: origin, path: origin.prefix + PercentEncoding.path(call.path),
      query: call.query, headers: headers + secrets.headers, body: body)
  }

  private func secrets() async throws(Fault) -> Secrets {
    guard apiKey != nil || bearer != nil else {
      throw Fault(.credentialsMissing, ["lane": "vendor", "cause": "the settings name no secret"])
    }
    return Secrets(apiKey: try await apiKey?.secret(), bearer: try await bearer?.secret())
  }

  func refused(_ answer: HTTPAnswer, _ call: VendorCall) -> Fault {
    let retryAfter = answer.retryAfter(now: clock.now())
    if let refusal = VendorRefusal(answer) {
      return refusal.fault(of: call, host: origin.authority, retryAfter: retryAfter)
    }
    switch answer.status {
    case 429:
      return Fault(
        .throttled, ["host": origin.authority, "operation": call.operation.rawValue], retryAfter: retryAfter)
    case 500...:
      return Fault(
        .serverFailed,
        [
          "host": origin.authority, "operation": call.operation.rawValue, "status": String(answer.status),
        ], retryAfter: retryAfter)
    default: return notUnderstood(answer, call)
    }
  }

  func notUnderstood(_ answer: HTTPAnswer, _ call: VendorCall) -> Fault {
    answer.notUnderstood(by: origin.authority, operation: call.operation.rawValue)
  }

  func evidence(_ answer: HTTPAnswer, wasThere: Bool, _ values: [String: String]) -> EffectEvidence {
    EffectEvidence(
      wasThere: wasThere, httpStatus: answer.status, request: answer.header("cf-ray"), values: values)
  }

  private func json(_ value: any Encodable & Sendable) throws(Fault) -> [UInt8] {
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
