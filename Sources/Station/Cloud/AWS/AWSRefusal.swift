import Foundation

/// An error answer of AWS: what it is called, what it says, and what that means for the work.
struct AWSRefusal: Sendable {
  var status: Int
  /// `ThrottlingException`, without namespace and without what follows a colon.
  var type: String
  var message: String
  /// With ResourceAlreadyExistsException: what exists.
  var resourceID: String?
  var request: String?

  private struct Body: Decodable {
    var message: String?
    /// The layer that checks signatures and permissions writes it with a capital letter.
    var gateMessage: String?
    var type: String?
    var resourceID: String?

    private enum CodingKeys: String, CodingKey {
      case message
      case gateMessage = "Message"
      case type = "__type"
      case resourceID = "resourceId"
    }
  }

  /// - Returns: nil when the answer names no error type: then it is not AWS that answered.
  init?(_ answer: HTTPAnswer) {
    let body = answer.decoded(Body.self)
    guard let name = answer.header("x-amzn-errortype") ?? body?.type else { return nil }
    let withoutDetail = name.split(separator: ":").first.map(String.init) ?? ""
    type = withoutDetail.split(separator: "#").last.map(String.init) ?? ""
    guard !type.isEmpty else { return nil }
    status = answer.status
    message = body?.message ?? body?.gateMessage ?? ""
    resourceID = body?.resourceID
    request = answer.header("x-amzn-requestid")
  }

  /// The signature was refused for its time.
  var isClockSkew: Bool {
    switch type {
    case "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture": true
    case "InvalidSignatureException", "SignatureDoesNotMatch":
      message.contains("Signature expired") || message.contains("Signature not yet current")
    default: false
    }
  }

  /// The key, the token or the signature; other credentials may work.
  var isCredentials: Bool {
    switch type {
    case "InvalidSignatureException", "SignatureDoesNotMatch", "UnrecognizedClientException",
      "InvalidClientTokenId", "ExpiredTokenException", "ExpiredToken", "MissingAuthenticationTokenException",
      "IncompleteSignatureException", "UnauthorizedException", "NotAuthorized":
      !isClockSkew
    default: status == 401
    }
  }

  var isThrottling: Bool {
    status == 429
      || ["ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded"].contains(
        type)
  }

  /// - Parameter action: `iot:CreateThing`.
  func fault(action: String, host: String, retryAfter: Duration?) -> Fault {
    var values = [
      "operation": action, "host": host, "status": String(status), "type": type, "message": message,
    ]
    if let request { values["request"] = request }
    if isThrottling { return Fault(.throttled, values, retryAfter: retryAfter) }
    if isCredentials {
      values["lane"] = "aws"
      return Fault(.credentialsRefused, values)
    }
    if isClockSkew { return Fault(.clockSkewed, values) }
    switch (type, status) {
    case ("AccessDeniedException", _), ("AccessDenied", _), (_, 403):
      values["action"] = words(after: "to perform: ") ?? action
      values["resource"] = words(after: "on resource: ") ?? "unnamed"
      return Fault(.privilegeMissing, values)
    case ("DeleteConflictException", _): return Fault(.certificateInUse, values)
    case ("CertificateValidationException", _), ("CertificateStateException", _),
      ("CertificateConflictException", _):
      return Fault(.certificateRefused, values)
    // Two writers at once (409), or a part of AWS that is away: the same call may work later.
    case ("ConflictingResourceUpdateException", _), ("VersionConflictException", _),
      ("ServiceUnavailableException", _),
      ("InternalFailureException", _), ("InternalException", _):
      return Fault(.serverFailed, values, retryAfter: retryAfter)
    case ("LimitExceededException", _), (_, 410): return Fault(.limitExceeded, values)
    case (_, 404): return Fault(.targetMissing, values)
    case (_, 500...): return Fault(.serverFailed, values, retryAfter: retryAfter)
    default: return Fault(.requestRefused, values)
    }
  }

  private func words(after marker: String) -> String? {
    guard let start = message.range(of: marker)?.upperBound else { return nil }
    return message[start...].split(separator: " ").first.map(String.init)
  }
}
