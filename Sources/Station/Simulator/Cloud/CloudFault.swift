/// What can go wrong between a call and its answer.
enum CloudFault: Hashable, Sendable, Codable {
  /// The connection breaks and nothing was done.
  case droppedBefore
  /// It was done, and the connection breaks before the answer.
  case droppedAfter
  /// 500 or 503, with nothing done, in the shape of the side that was asked.
  case failed(status: Int)
  /// 429, with or without Retry-After in seconds.
  case tooMany(retryAfter: Int?)
  /// As AWS says it, with HTTP 400; the vendor says 429.
  case throttled
  /// It was done; half of the answer comes, with a Content-Length that fits the half.
  case truncated
  /// Nothing was done; a captive portal answers 200 with a page.
  case page
  /// It was done; the answer comes that much later.
  case late(milliseconds: Int)
  /// Keys are refused, as after a rotation.
  case refused
  /// A read that does not see the last write: not there.
  case stale
  /// A read that sees the cloud as it was so many changes ago; a write is not struck.
  case behind(changes: Int)
  /// The connection stays open and nothing is said; `done`: after the effect.
  case silent(done: Bool)

  /// Whether the call must not have its effect.
  var comesBeforeEffect: Bool {
    switch self {
    case .droppedBefore, .failed, .tooMany, .throttled, .page, .refused, .stale: true
    case .droppedAfter, .truncated, .late, .behind: false
    case .silent(let done): !done
    }
  }

  /// The answer in place of the real one; nil where the fault has none.
  func answer(to operation: CloudOperation) -> SimulatedAnswer? {
    switch self {
    case .droppedBefore, .droppedAfter, .truncated, .late, .behind, .silent: nil
    case .failed(let status): Self.failure(status, operation)
    case .tooMany(let seconds): Self.tooManyRequests(seconds)
    case .throttled where operation.isVendors: Self.tooManyRequests(nil)
    case .throttled:
      CloudRefusal.registry(status: 400, type: "ThrottlingException", message: "Rate exceeded").answer
    case .page:
      SimulatedAnswer(
        status: 200, headers: ["Content-Type": "text/html"],
        body: Array("<!doctype html><title>Guest network</title><p>Please accept the terms.</p>".utf8))
    case .refused:
      operation.isVendors
        ? CloudRefusal.command(status: 401, error: "Unauthorized", message: "Invalid API key").answer
        : CloudRefusal.signature(
          type: "UnrecognizedClientException",
          message: "The security token included in the request is invalid."
        ).answer
    case .stale:
      switch operation {
      case .getHubStatus: CloudState.unknownHub.answer
      case .getLock: CloudState.unknownLock.answer
      case .getPhysicalKey:
        CloudRefusal.query(status: 404, code: 7002, message: "No physical key with that number").answer
      case .listPhysicalKeys: SimulatedAnswer(200, ["keys": [], "total": 0])
      default: CloudRefusal.missing("The resource does not exist").answer
      }
    }
  }

  /// Under which the audit counts it.
  var name: String {
    switch self {
    case .droppedBefore: "dropped-before"
    case .droppedAfter: "dropped-after"
    case .failed(let status): "failed-\(status)"
    case .tooMany(let seconds): seconds == nil ? "too-many" : "too-many-with-time"
    case .throttled: "throttled"
    case .truncated: "truncated"
    case .page: "page"
    case .late: "late"
    case .refused: "refused"
    case .stale: "stale"
    case .behind: "behind"
    case .silent(let done): done ? "silent-after" : "silent-before"
    }
  }

  private static func tooManyRequests(_ seconds: Int?) -> SimulatedAnswer {
    SimulatedAnswer(
      429, ["success": false, "error": "TooManyRequests", "message": "Rate limit exceeded"],
      headers: seconds.map { ["Retry-After": String($0)] } ?? [:])
  }

  private static func failure(_ status: Int, _ operation: CloudOperation) -> SimulatedAnswer {
    if operation.isVendors {
      return CloudRefusal.command(
        status: status, error: "InternalError", message: "Something went wrong"
      ).answer
    }
    let type = status == 503 ? "ServiceUnavailableException" : "InternalFailureException"
    return CloudRefusal.registry(status: status, type: type, message: "An unexpected error has occurred.")
      .answer
  }
}
