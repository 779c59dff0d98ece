/// Reads the reported state of a hub's device shadow, from the data endpoint of AWS IoT.
struct ShadowReader: Sendable {
  /// What the hub reported at the configured path.
  struct Reported: Sendable {
    var value: JSONValue?
    /// When it was reported, in seconds of AWS's clock; nil: never.
    var second: Int64?
    /// AWS's clock when it was read.
    var now: Int64?
  }

  var client: AWSIoTClient
  /// Where `client` is to send: asked once and kept.
  var origin: @Sendable () async throws(Fault) -> HTTPOrigin
  /// Nil: the classic shadow, which has no name.
  var name: String?
  /// Names with dots between them, below `reported`.
  var path: String

  private struct Document: Decodable, Sendable {
    struct State: Decodable, Sendable { var reported: JSONValue? }
    struct Metadata: Decodable, Sendable { var reported: JSONValue? }
    var state: State?
    var metadata: Metadata?
    var timestamp: Int64?
  }

  /// A Thing without a shadow has reported nothing yet.
  func read(_ thing: String) async throws(Fault) -> Reported {
    var client = client
    client.origin = try await origin()
    client.service = "iotdata"
    let request = AWSIoTClient.Request(
      operation: "GetThingShadow", method: "GET", path: ["things", thing, "shadow"],
      query: name.map { [HTTPCall.Pair("name", $0)] } ?? [])
    switch try await client.send(request) {
    case .missing: return Reported()
    case .exists(let refusal):
      throw refusal.fault(action: request.action, host: client.origin.authority, retryAfter: nil)
    case .done(let answer):
      guard let document = answer.decoded(Document.self), document.state != nil else {
        throw client.notUnderstood(answer, request)
      }
      return Reported(
        value: document.state?.reported?.member(at: path),
        second: document.metadata?.reported?.member(at: path)?.newestSecond, now: document.timestamp)
    }
  }
}

extension JSONValue {
  /// The newest `timestamp` in the metadata of a shadow: each leaf of the state has one.
  fileprivate var newestSecond: Int64? {
    switch self {
    case .object(let members):
      members.compactMap { name, value -> Int64? in
        if name == "timestamp", case .integer(let second) = value { return second }
        return value.newestSecond
      }.max()
    case .list(let values): values.compactMap(\.newestSecond).max()
    default: nil
    }
  }
}
