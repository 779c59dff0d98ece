import Foundation

/// The operations around certificates that AWS signs itself.
extension AWSIoTClient {
  struct IssuedCertificate: Decodable, Sendable {
    var certificateId: String
    var certificateArn: String
    var certificatePem: String
  }

  struct ListedCertificate: Decodable, Sendable {
    var certificateId: String
    var status: String
    /// Seconds since 1970.
    var creationDate: Double?
  }

  /// What removing something can end with.
  enum Removal: Sendable {
    case done(Answered<Void>)
    /// There is no such thing, or no longer.
    case missing(AWSRefusal)
  }

  /// Signs a request. The certificate is INACTIVE: nobody can connect with it.
  ///
  /// May *not* be repeated for nothing: every call that takes effect makes one certificate more, and there is no way to
  /// ask what became of a call whose answer was lost.
  func createCertificateFromCSR(_ pem: String) async throws(Fault) -> Answered<IssuedCertificate> {
    try await required(
      Request(
        operation: "CreateCertificateFromCsr", method: "POST", path: ["certificates"],
        query: [HTTPCall.Pair("setAsActive", "false")],
        body: try Self.json(["certificateSigningRequest": pem])),
      IssuedCertificate.self)
  }

  /// May be repeated.
  func updateCertificate(_ id: String, status: String) async throws(Fault) -> Answered<Void> {
    try await acknowledged(
      Request(
        operation: "UpdateCertificate", method: "PUT", path: ["certificates", id],
        query: [HTTPCall.Pair("newStatus", status)]),
      target: id)
  }

  /// AWS refuses it for a certificate that is ACTIVE, attached to a Thing, or has a policy; it is never forced.
  func deleteCertificate(_ id: String) async throws(Fault) -> Removal {
    let request = Request(operation: "DeleteCertificate", method: "DELETE", path: ["certificates", id])
    switch try await send(request) {
    case .done(let answer):
      return .done(
        Answered(value: (), status: answer.status, request: answer.header("x-amzn-requestid")))
    case .missing(let refusal): return .missing(refusal)
    case .exists(let refusal):
      throw refusal.fault(action: request.action, host: origin.authority, retryAfter: nil)
    }
  }

  /// The Things that a certificate is attached to; nil when there is no such certificate.
  func listPrincipalThings(_ principal: String) async throws(Fault) -> Answered<[String]>? {
    struct Output: Decodable, Sendable { var things: [String] }
    let request = Request(
      operation: "ListPrincipalThings", method: "GET", path: ["principals", "things"],
      headers: [HTTPCall.Pair("x-amzn-principal", principal)])
    return try await optional(request, Output.self).map {
      Answered(value: $0.value.things, status: $0.status, request: $0.request)
    }
  }

  /// The names of the policies of a certificate; nil when there is no such certificate.
  func listAttachedPolicies(_ target: String) async throws(Fault) -> [String]? {
    struct Output: Decodable, Sendable {
      struct Policy: Decodable, Sendable { var policyName: String }
      var policies: [Policy]
    }
    let request = Request(
      operation: "ListAttachedPolicies", method: "POST", path: ["attached-policies", target])
    return try await optional(request, Output.self)?.value.policies.map(\.policyName)
  }

  /// One page of the account's certificates, the oldest first.
  ///
  /// - Parameter marker: of the page before; nil for the first.
  func listCertificates(after marker: String?, pageSize: Int = 250) async throws(Fault) -> (
    certificates: [ListedCertificate], next: String?
  ) {
    struct Output: Decodable, Sendable {
      var certificates: [ListedCertificate]
      var nextMarker: String?
    }
    var query = [
      HTTPCall.Pair("isAscendingOrder", "true"), HTTPCall.Pair("pageSize", String(pageSize)),
    ]
    if let marker { query.append(HTTPCall.Pair("marker", marker)) }
    let page = try await required(
      Request(operation: "ListCertificates", method: "GET", path: ["certificates"], query: query),
      Output.self
    ).value
    return (page.certificates, page.nextMarker.flatMap { $0.isEmpty ? nil : $0 })
  }
}
