import CertForge

/// Who may call the vendor's side: the organisation's API key, a bearer token, or both when both are sent.
struct VendorKey: Sendable {
  var account: SimulatedAccount

  func check(_ request: SimulatedRequest, operation: CloudOperation) throws(CloudRefusal) {
    for name in ["x-org-id", "x-user-id"] where request.header(name) != nil {
      throw .command(
        status: 400, error: "BadRequest", message: "Header \(name) is internal and must not be sent")
    }
    let key = request.header("x-api-key")
    let bearer = request.header("authorization")
    guard key != nil || bearer != nil else { throw refusal("Missing authentication credentials", operation) }
    if let key, !same(key, account.apiKey) { throw refusal("Invalid API key", operation) }
    if let bearer, !same(bearer, "Bearer \(account.bearer)") { throw refusal("Invalid token", operation) }
  }

  private func same(_ left: String, _ right: String) -> Bool {
    MessageAuthentication.equal(Array(left.utf8), Array(right.utf8))
  }

  private func refusal(_ message: String, _ operation: CloudOperation) -> CloudRefusal {
    operation.isRead
      ? .query(status: 401, code: 401, message: message)
      : .command(status: 401, error: "Unauthorized", message: message)
  }
}
