/// The Things of AWS IoT and what is attached to them.
extension CloudState {
  func createThing(_ call: CloudCall) throws(CloudRefusal) -> CloudDecision {
    let name = call.parameter
    try RegistryRules.checkName(name, field: "thingName")
    let type = try call.text("thingTypeName")
    if let type {
      try RegistryRules.checkName(type, field: "thingTypeName")
      guard furniture.thingTypes.contains(type) else { throw .missing("Thing type \(type) does not exist") }
    }
    let attributes = try attributes(call)
    try RegistryRules.checkAttributes(attributes, typed: type != nil)
    let answer: (Thing) -> SimulatedAnswer = {
      SimulatedAnswer(
        200,
        [
          "thingName": .text($0.name), "thingArn": .text(call.account.thing($0.name)),
          "thingId": .text($0.id),
        ])
    }
    if let there = things[name] {
      guard there.attributes == attributes, there.type == type else {
        throw .registry(
          status: 409, type: "ResourceAlreadyExistsException",
          message: "Thing \(name) already exists in account with different attributes",
          resource: .init(id: name, arn: call.account.thing(name)))
      }
      return CloudDecision(answer(there))
    }
    let thing = Thing(name: name, id: call.freshID, attributes: attributes, type: type)
    return CloudDecision(answer(thing), .thingCreated(thing))
  }

  func describeThing(_ call: CloudCall) throws(CloudRefusal) -> CloudDecision {
    let thing = try thing(call.parameter)
    var members: [String: JSONValue] = [
      "defaultClientId": .text(thing.name), "thingName": .text(thing.name), "thingId": .text(thing.id),
      "thingArn": .text(call.account.thing(thing.name)), "version": .integer(thing.version),
      "attributes": .object(thing.attributes.mapValues { .text($0) }),
    ]
    members["thingTypeName"] = thing.type.map { .text($0) }
    return CloudDecision(SimulatedAnswer(200, .object(members)))
  }

  func updateThing(_ call: CloudCall) throws(CloudRefusal) -> CloudDecision {
    let thing = try thing(call.parameter)
    let members = try call.body()
    if let expected = members["expectedVersion"]?.asNumber, Int64(expected) != thing.version {
      throw .registry(
        status: 409, type: "VersionConflictException",
        message: "The version \(Int64(expected)) does not match the current version \(thing.version)")
    }
    var attributes = try attributes(call)
    if members["attributePayload"]?["merge"] == .flag(true) {
      attributes = thing.attributes.merging(attributes) { $1 }
    }
    // An empty value takes an attribute away (AttributePayload).
    attributes = attributes.filter { !$0.value.isEmpty }
    try RegistryRules.checkAttributes(attributes, typed: thing.type != nil)
    return CloudDecision(
      SimulatedAnswer(200, [:]), .thingUpdated(name: thing.name, attributes: attributes))
  }

  func attachPrincipal(_ call: CloudCall) throws(CloudRefusal) -> CloudDecision {
    let (thing, certificate) = try (thing(call.parameter), principal(call))
    let isThere = thing.principals.contains(certificate)
    return CloudDecision(
      SimulatedAnswer(200, [:]),
      isThere ? nil : .principalAttached(thing: thing.name, certificate: certificate))
  }

  func detachPrincipal(_ call: CloudCall) throws(CloudRefusal) -> CloudDecision {
    let (thing, certificate) = try (thing(call.parameter), principal(call))
    guard thing.principals.contains(certificate) else {
      throw .missing("The principal is not attached to thing \(thing.name)")
    }
    return CloudDecision(
      SimulatedAnswer(200, [:]), .principalDetached(thing: thing.name, certificate: certificate))
  }

  func listPrincipals(_ call: CloudCall) throws(CloudRefusal) -> CloudDecision {
    let thing = try thing(call.parameter)
    return CloudDecision(
      SimulatedAnswer(
        200, ["principals": .list(thing.principals.map { .text(call.account.certificate($0)) })]))
  }

  func listPrincipalThings(_ call: CloudCall) throws(CloudRefusal) -> CloudDecision {
    let certificate = try principal(call)
    let names = things.values.filter { $0.principals.contains(certificate) }.map(\.name).sorted()
    return CloudDecision(SimulatedAnswer(200, ["things": .list(names.map { .text($0) })]))
  }

  func thing(_ name: String) throws(CloudRefusal) -> Thing {
    try RegistryRules.checkName(name, field: "thingName")
    guard let thing = things[name] else { throw .missing("Thing \(name) does not exist") }
    return thing
  }

  /// The certificate that a request names by its ARN in `x-amzn-principal`.
  private func principal(_ call: CloudCall) throws(CloudRefusal) -> String {
    guard let arn = call.request.header("x-amzn-principal"), !arn.isEmpty else {
      throw .invalid("Missing principal")
    }
    guard let id = call.account.id(in: arn, of: "cert") else {
      throw .invalid("Invalid principal: \(arn.prefix(200))")
    }
    return try certificate(id).id
  }

  private func attributes(_ call: CloudCall) throws(CloudRefusal) -> [String: String] {
    guard let payload = try call.body()["attributePayload"], payload != .null else { return [:] }
    guard let given = payload["attributes"], given != .null else { return [:] }
    guard let members = given.asObject else { throw .invalid("attributePayload.attributes must be a map") }
    var attributes: [String: String] = [:]
    for (name, value) in members {
      guard let text = value.asText else { throw .invalid("Attribute \(name.prefix(128)) must be a string") }
      attributes[name] = text
    }
    return attributes
  }
}
