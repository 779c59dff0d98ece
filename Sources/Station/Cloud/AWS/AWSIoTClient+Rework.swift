/// The operations that give a Thing another identity.
extension AWSIoTClient {
  /// Changes the attributes that are named and leaves the others.
  ///
  /// - Parameter version: the Thing's, as it was read; another writer's change in between is refused by AWS IoT
  ///   (VersionConflictException, here `server-failed`: it is read and tried again).
  func updateThing(_ name: String, attributes: [String: String], expecting version: Int?) async throws(Fault)
    -> Answered<Void>
  {
    struct Input: Encodable {
      struct Payload: Encodable {
        var attributes: [String: String]
        var merge = true
      }
      var attributePayload: Payload
      var expectedVersion: Int?
    }
    return try await acknowledged(
      Request(
        operation: "UpdateThing", method: "PATCH", path: ["things", name],
        body: try Self.json(Input(attributePayload: .init(attributes: attributes), expectedVersion: version))),
      target: name)
  }

  /// May be repeated: what is not attached is detached.
  func detachThingPrincipal(_ thing: String, principal: String) async throws(Fault) {
    let request = Request(
      operation: "DetachThingPrincipal", method: "DELETE", path: ["things", thing, "principals"],
      headers: [HTTPCall.Pair("x-amzn-principal", principal)])
    switch try await send(request) {
    case .done, .missing: return
    case .exists(let refusal):
      throw refusal.fault(action: request.action, host: origin.authority, retryAfter: nil)
    }
  }
}
