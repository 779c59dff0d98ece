/// The vendor's side: ProvisionHub and GET status, by the vendor's published contract.
extension CloudState {
  func provisionHub(_ call: CloudCall) throws(CloudRefusal) -> CloudDecision {
    guard let members = call.request.json?.asObject else {
      throw Self.invalid("Request body is not valid JSON")
    }
    let id = try required("hubId", members)
    guard Self.isUUID(id) else { throw Self.invalid("hubId: Invalid UUID") }
    guard id == call.parameter else { throw Self.invalid("hubId: does not match the id in the path") }
    let serial = try required("serial", members)
    let model = try required("model", members)
    let thing = try optional("thingName", members) ?? id
    let vendorName = try optional("vendorName", members)
    if let there = hubs[id] {
      // The same whatever serial and model were sent: only GET status tells what is stored.
      return CloudDecision(
        SimulatedAnswer(
          200,
          ["success": true, "aggregateId": .text(id), "version": .integer(there.version), "event": nil]))
    }
    if call.thingComesFirst, things[thing] == nil {
      throw .command(
        status: 400, error: "BusinessRuleViolation", message: "IoT Thing \(thing.prefix(128)) does not exist")
    }
    let hub = ProvisionedHub(
      id: id, serial: serial, model: model, thingName: thing, vendorName: vendorName, provisionedAt: call.now)
    var data: [String: JSONValue] = [
      "hubId": .text(id), "serial": .text(serial), "model": .text(model), "thingName": .text(thing),
      "provisionedAt": .integer(call.now.milliseconds),
    ]
    data["vendorName"] = vendorName.map { .text($0) }
    let answer = SimulatedAnswer(
      201,
      [
        "success": true, "aggregateId": .text(id), "version": 1,
        "event": ["type": "HubProvisioned", "data": .object(data)],
      ])
    return CloudDecision(answer, .hubProvisioned(hub))
  }

  func hubStatus(_ call: CloudCall) throws(CloudRefusal) -> CloudDecision {
    guard let hub = hubs[call.parameter] else { throw Self.unknownHub }
    var members: [String: JSONValue] = [
      "hubId": .text(hub.id), "serial": .text(hub.serial), "model": .text(hub.model),
      "thingName": .text(hub.thingName), "status": .text(hub.status), "isPrimary": false,
      "provisionedAt": .integer(hub.provisionedAt.milliseconds), "online": .flag(isConnected(hub)),
    ]
    if hub.claim == nil, hub.status == "Provisioned" {
      // Nobody owns it yet. The contract wants these fields all the same; they come missing, null or empty.
      switch hub.id.utf8.reduce(0, { ($0 + Int($1)) % 3 }) {
      case 0: break
      case 1: for name in ["orgId", "siteId", "claimedAt"] { members[name] = .null }
      default:
        members["orgId"] = ""
        members["siteId"] = ""
        members["claimedAt"] = 0
      }
    } else {
      // Set by hand, without a claim: whoever did so had one in mind.
      members["orgId"] = .text(hub.claim?.organisation ?? call.account.organisation)
      members["siteId"] = .text(hub.claim?.site ?? "site-1")
      members["claimedAt"] = .integer(hub.claim?.time.milliseconds ?? hub.provisionedAt.milliseconds + 1)
    }
    return CloudDecision(SimulatedAnswer(200, .object(members)))
  }

  static let unknownHub = CloudRefusal.query(status: 404, code: 7002, message: "Hub not found")

  static func invalid(_ message: String) -> CloudRefusal {
    .command(status: 400, error: "ValidationError", message: message)
  }

  func required(_ name: String, _ members: [String: JSONValue]) throws(CloudRefusal) -> String {
    guard let value = members[name] else { throw Self.invalid("\(name): Required") }
    guard let text = value.asText else { throw Self.invalid("\(name): Expected string") }
    guard !text.isEmpty else {
      throw Self.invalid("\(name): String must contain at least 1 character(s)")
    }
    return text
  }

  func optional(_ name: String, _ members: [String: JSONValue]) throws(CloudRefusal) -> String? {
    guard let value = members[name] else { return nil }
    guard let text = value.asText else { throw Self.invalid("\(name): Expected string") }
    return text
  }

  /// The contract's own pattern: 8-4-4-4-12 hexadecimal digits of either case.
  static func isUUID(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    return parts.map(\.utf8.count) == [8, 4, 4, 4, 12]
      && parts.allSatisfy { $0.utf8.allSatisfy { Character(UnicodeScalar($0)).isHexDigit } }
  }
}
