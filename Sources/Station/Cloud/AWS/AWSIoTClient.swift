import Foundation

/// Signed calls to the control plane of AWS IoT Core, and what their answers mean.
///
/// The operations are in `AWSIoTClient+Operations`.
struct AWSIoTClient: Sendable {
  var origin: HTTPOrigin
  var names: AWSNames
  var exchange: any HTTPExchange
  var credentials: CredentialChain
  var clock: any StationClock
  var offset: ClockOffset
  /// As signatures name it: the data plane has a name of its own.
  var service = "iot"

  /// One operation as the service's model has it (rest-json).
  struct Request: Sendable {
    /// `CreateThing`; with `iot:` before it, the IAM action.
    var operation: String
    var method: String
    /// Not yet encoded.
    var path: [String]
    var query: [HTTPCall.Pair] = []
    var headers: [HTTPCall.Pair] = []
    var body: [UInt8] = []
    var action: String { "iot:\(operation)" }
  }

  /// What the registrar has to decide on; all else is thrown.
  enum Reply: Sendable {
    case done(HTTPAnswer)
    /// 409 ResourceAlreadyExistsException: there is one of that name that is not the same.
    case exists(AWSRefusal)
    /// 404.
    case missing(AWSRefusal)
  }

  /// - Throws: by the class of the answer: `throttled`, `credentials-refused`, `privilege-missing`, `clock-skewed`,
  ///   `certificate-refused`, `limit-exceeded`, `request-refused`, `server-failed`, `answer-not-understood`, and what
  ///   the exchange and the credentials throw.
  func send(_ request: Request) async throws(Fault) -> Reply {
    var used = try await credentials.current()
    var mayCorrectClock = true
    var mayChangeCredentials = true
    while true {
      let answer = try await exchange.send(signed(request, with: used))
      if (200..<300).contains(answer.status) {
        guard isOwn(answer) else { throw notUnderstood(answer, request) }
        return .done(answer)
      }
      guard let refusal = AWSRefusal(answer) else {
        if answer.status >= 500 { throw serverFailed(answer, request) }
        // A gateway's own: AWS IoT itself says ThrottlingException.
        if answer.status == 429 {
          throw Fault(
            .throttled, ["host": origin.authority, "action": request.action, "status": "429"],
            retryAfter: answer.retryAfter(now: clock.now()))
        }
        // A 3xx, a login page, a proxy's own refusal.
        throw notUnderstood(answer, request)
      }
      if refusal.isClockSkew {
        guard mayCorrectClock, let server = answer.date else { throw skewed(refusal, answer, request) }
        mayCorrectClock = false
        offset.learn(server: server, station: clock.now())
        continue
      }
      if refusal.isCredentials, mayChangeCredentials {
        mayChangeCredentials = false
        await credentials.wereRefused(used)
        let fresh = try await credentials.current()
        if fresh != used {
          used = fresh
          continue
        }
      }
      if refusal.type == "ResourceAlreadyExistsException" { return .exists(refusal) }
      if refusal.status == 404 { return .missing(refusal) }
      throw refusal.fault(
        action: request.action, host: origin.authority, retryAfter: answer.retryAfter(now: clock.now()))
    }
  }

  private func signed(_ request: Request, with credentials: AWSCredentials) -> HTTPCall {
    let path = origin.prefix + PercentEncoding.path(request.path)
    var headers = [HTTPCall.Pair("host", origin.authority)]
    if !request.body.isEmpty { headers.append(HTTPCall.Pair("content-type", "application/json")) }
    headers += request.headers
    let signer = SigV4Signer(region: names.region, service: service)
    let signed = signer.sign(
      SignableRequest(
        method: request.method, path: path, query: request.query, headers: headers, body: request.body),
      with: credentials, at: clock.now().advanced(by: offset.value))
    return HTTPCall(
      method: request.method, origin: origin, path: path, query: request.query, headers: signed.headers,
      body: request.body)
  }

  /// Some operations answer 200 with nothing. A login page answers 200 too, so an answer must be a JSON object, or be
  /// empty and carry the request id that AWS gives to every answer.
  private func isOwn(_ answer: HTTPAnswer) -> Bool {
    if answer.body.isEmpty { return answer.header("x-amzn-requestid") != nil }
    return answer.decoded(Anything.self) != nil
  }

  private struct Anything: Decodable {
    private enum NoKeys: CodingKey {}

    init(from decoder: any Decoder) throws { _ = try decoder.container(keyedBy: NoKeys.self) }
  }

  func notUnderstood(_ answer: HTTPAnswer, _ request: Request) -> Fault {
    answer.notUnderstood(by: origin.authority, operation: request.action)
  }

  private func serverFailed(_ answer: HTTPAnswer, _ request: Request) -> Fault {
    Fault(
      .serverFailed,
      ["host": origin.authority, "operation": request.action, "status": String(answer.status)],
      retryAfter: answer.retryAfter(now: clock.now()))
  }

  private func skewed(_ refusal: AWSRefusal, _ answer: HTTPAnswer, _ request: Request) -> Fault {
    let station = clock.now()
    var values = [
      "host": origin.authority, "operation": request.action, "station": station.description,
      "message": refusal.message,
    ]
    if let server = answer.date {
      values["server"] = server.description
      values["seconds"] = String((server.milliseconds - station.milliseconds) / 1000)
    }
    return Fault(.clockSkewed, values)
  }
}
