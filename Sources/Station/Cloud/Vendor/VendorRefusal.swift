import Foundation

/// An error answer of the vendor's API, in any of its shapes.
struct VendorRefusal: Sendable {
  var status: Int
  /// The messages as they came.
  var message: String
  /// Names of the fields that were refused.
  var fields: [String]

  private struct Body: Decodable {
    struct Item: Decodable {
      var message: String?
    }
    struct Detail: Decodable {
      var field: String?
      var message: String?
    }
    var error: String?
    var message: String?
    var errors: [Item]?
    var details: [Detail]?
  }

  /// - Returns: nil when the body is none of the known shapes: then it is not the API that answered.
  init?(_ answer: HTTPAnswer) {
    guard let body = answer.decoded(Body.self) else { return nil }
    var words: [String?] = [body.error, body.message]
    words += (body.errors ?? []).map { $0.message }
    words += (body.details ?? []).map { detail in
      [detail.field, detail.message].compactMap { $0 }.joined(separator: ": ")
    }
    let said = words.compactMap { $0 }.filter { !$0.isEmpty }
    guard !said.isEmpty else { return nil }
    status = answer.status
    message = said.prefix(8).joined(separator: "; ")
    fields = Array((body.details ?? []).compactMap { $0.field }.prefix(8))
  }

  func fault(of call: VendorCall, host: String, retryAfter: Duration?) -> Fault {
    let operation = call.operation.rawValue
    var values = call.about.merging(
      ["operation": operation, "host": host, "status": String(status), "message": message]) { $1 }
    if !fields.isEmpty { values["fields"] = fields.joined(separator: " ") }
    switch status {
    case 401:
      values["lane"] = "vendor"
      return Fault(.credentialsRefused, values)
    case 403 where call.operation.isEverybodys:
      values["action"] = operation
      return Fault(.privilegeMissing, values)
    // By the contract's words: an organisation that is not the key's own.
    case 403 where call.operation == .claimHub || call.operation == .reClaimHub:
      return Fault(.claimForbidden, values)
    case 404: return Fault(.targetMissing, values)
    case 409: return Fault(.hubConflict, values)
    case 429: return Fault(.throttled, values, retryAfter: retryAfter)
    case 502 where call.operation.needsTheHub: return Fault(.hubOffline, values)
    // By the contract it is either of these two; which one, only the text says.
    case 502 where message.lowercased().contains("offline"): return Fault(.hubOffline, values)
    case 408, 500...: return Fault(.serverFailed, values, retryAfter: retryAfter)
    default: return Fault(.requestRefused, values)
    }
  }
}
