/// One call to one operation, and what is needed to decide it besides the cloud's state.
struct CloudCall: Sendable {
  var operation: CloudOperation
  /// The part of the path that names something; decoded.
  var parameter: String
  var request: SimulatedRequest
  var account: SimulatedAccount
  var now: Timestamp
  /// A fresh UUID for whatever the call makes.
  var freshID: String
  /// Signs requests for CreateCertificateFromCsr.
  var signer: CloudSigner?
  /// ProvisionHub is refused while the Thing does not exist.
  var thingComesFirst = true

  /// The body's members.
  func body() throws(CloudRefusal) -> [String: JSONValue] {
    guard let members = request.json?.asObject else {
      throw .invalid("Could not parse the request body as JSON")
    }
    return members
  }

  /// A member of the body that must be text, if it is there at all.
  func text(_ name: String) throws(CloudRefusal) -> String? {
    switch try body()[name] {
    case nil, .null: return nil
    case .text(let text): return text
    default: throw .invalid("\(name) must be a string")
    }
  }
}
