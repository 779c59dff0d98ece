import Foundation

/// The operations that a station needs, one method each.
extension AWSIoTClient {
  struct Thing: Decodable, Sendable {
    var thingName: String
    var thingId: String?
    var thingArn: String?
    var thingTypeName: String?
    var attributes: [String: String]?
    var version: Int?
  }

  struct RegisteredCertificate: Decodable, Sendable {
    var certificateId: String
    var certificateArn: String
  }

  struct CertificateDescription: Decodable, Sendable {
    var certificateId: String
    var status: String
    var certificatePem: String?
    /// Seconds since 1970.
    var creationDate: Double?
  }

  /// A value, and the request id that came with it.
  struct Answered<Value: Sendable>: Sendable {
    var value: Value
    var status: Int
    var request: String?
  }

  /// What creating something can end with.
  enum Creation<Value: Sendable>: Sendable {
    case done(Answered<Value>)
    case exists(AWSRefusal)
    case missing(AWSRefusal)
  }

  /// - Parameter type: `iot:Data-ATS` or `iot:CredentialProvider`.
  func describeEndpoint(_ type: String) async throws(Fault) -> String {
    struct Output: Decodable, Sendable { var endpointAddress: String }
    let request = Request(
      operation: "DescribeEndpoint", method: "GET", path: ["endpoint"],
      query: [HTTPCall.Pair("endpointType", type)])
    return try await required(request, Output.self).value.endpointAddress
  }

  func createThing(_ name: String, type: String?, attributes: [String: String]) async throws(Fault)
    -> Creation<Thing>
  {
    struct Input: Encodable {
      struct Payload: Encodable { var attributes: [String: String] }
      var thingTypeName: String?
      var attributePayload: Payload
    }
    return try await creation(
      Request(
        operation: "CreateThing", method: "POST", path: ["things", name],
        body: try Self.json(Input(thingTypeName: type, attributePayload: .init(attributes: attributes)))),
      Thing.self)
  }

  /// - Returns: nil when there is none.
  func describeThing(_ name: String) async throws(Fault) -> Answered<Thing>? {
    try await optional(
      Request(operation: "DescribeThing", method: "GET", path: ["things", name]), Thing.self)
  }

  /// Registers a certificate, active at once, without its CA being known to AWS.
  func registerCertificateWithoutCA(pem: String) async throws(Fault) -> Creation<RegisteredCertificate> {
    struct Input: Encodable {
      var certificatePem: String
      var status: String
    }
    return try await creation(
      Request(
        operation: "RegisterCertificateWithoutCA", method: "POST", path: ["certificate", "register-no-ca"],
        body: try Self.json(Input(certificatePem: pem, status: "ACTIVE"))),
      RegisteredCertificate.self)
  }

  /// - Returns: nil when there is none.
  func describeCertificate(_ id: String) async throws(Fault) -> Answered<CertificateDescription>? {
    struct Output: Decodable, Sendable { var certificateDescription: CertificateDescription }
    let request = Request(operation: "DescribeCertificate", method: "GET", path: ["certificates", id])
    return try await optional(request, Output.self).map {
      Answered(value: $0.value.certificateDescription, status: $0.status, request: $0.request)
    }
  }

  /// May be repeated: attaching twice is attaching once.
  func attachThingPrincipal(_ thing: String, principal: String) async throws(Fault) -> Answered<Void> {
    try await acknowledged(
      Request(
        operation: "AttachThingPrincipal", method: "PUT", path: ["things", thing, "principals"],
        headers: [HTTPCall.Pair("x-amzn-principal", principal)]),
      target: "\(thing) or \(principal)")
  }

  /// - Returns: nil when there is no such Thing. A Thing of ours has one principal, so the first page is enough.
  func listThingPrincipals(_ thing: String) async throws(Fault) -> Answered<[String]>? {
    struct Output: Decodable, Sendable { var principals: [String] }
    let request = Request(
      operation: "ListThingPrincipals", method: "GET", path: ["things", thing, "principals"])
    return try await optional(request, Output.self).map {
      Answered(value: $0.value.principals, status: $0.status, request: $0.request)
    }
  }

  /// May be repeated.
  func attachPolicy(_ policy: String, target: String) async throws(Fault) -> Answered<Void> {
    try await acknowledged(
      Request(
        operation: "AttachPolicy", method: "PUT", path: ["target-policies", policy],
        body: try Self.json(["target": target])),
      target: policy)
  }

  /// May be repeated.
  func addThingToThingGroup(_ thing: String, group: String) async throws(Fault) -> Answered<Void> {
    try await acknowledged(
      Request(
        operation: "AddThingToThingGroup", method: "PUT", path: ["thing-groups", "addThingToThingGroup"],
        body: try Self.json(["thingGroupName": group, "thingName": thing])),
      target: group)
  }

  // MARK: - Shapes of answers

  func required<Value: Decodable & Sendable>(_ request: Request, _ type: Value.Type)
    async throws(Fault)
    -> Answered<Value>
  {
    switch try await send(request) {
    case .done(let answer): return try decoded(answer, request, type)
    case .exists(let refusal), .missing(let refusal):
      throw refusal.fault(action: request.action, host: origin.authority, retryAfter: nil)
    }
  }

  func optional<Value: Decodable & Sendable>(_ request: Request, _ type: Value.Type)
    async throws(Fault)
    -> Answered<Value>?
  {
    switch try await send(request) {
    case .done(let answer): return try decoded(answer, request, type)
    case .missing: return nil
    case .exists(let refusal):
      throw refusal.fault(action: request.action, host: origin.authority, retryAfter: nil)
    }
  }

  private func creation<Value: Decodable & Sendable>(_ request: Request, _ type: Value.Type)
    async throws(Fault)
    -> Creation<Value>
  {
    switch try await send(request) {
    case .done(let answer): return .done(try decoded(answer, request, type))
    case .exists(let refusal): return .exists(refusal)
    case .missing(let refusal): return .missing(refusal)
    }
  }

  func acknowledged(_ request: Request, target: String) async throws(Fault) -> Answered<Void> {
    switch try await send(request) {
    case .done(let answer):
      return Answered(value: (), status: answer.status, request: answer.header("x-amzn-requestid"))
    case .missing(let refusal), .exists(let refusal):
      var fault = refusal.fault(action: request.action, host: origin.authority, retryAfter: nil)
      fault.values["target"] = Fault.cut(target)
      throw fault
    }
  }

  private func decoded<Value: Decodable & Sendable>(
    _ answer: HTTPAnswer, _ request: Request, _ type: Value.Type
  ) throws(Fault) -> Answered<Value> {
    guard let value = answer.decoded(type) else { throw notUnderstood(answer, request) }
    return Answered(value: value, status: answer.status, request: answer.header("x-amzn-requestid"))
  }

  static func json(_ value: some Encodable) throws(Fault) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return Array(try encoder.encode(value))
    } catch {
      throw Fault(.requestRefused, ["message": "could not be written as JSON: \(error)"])
    }
  }
}
