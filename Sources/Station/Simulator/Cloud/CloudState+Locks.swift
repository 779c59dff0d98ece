/// CreateLock and GET basic-info.
extension CloudState {
  func createLock(_ call: CloudCall) throws(CloudRefusal) -> CloudDecision {
    let members = try vendorBody(call)
    guard let id = Int64(call.parameter), id > 0 else {
      throw Self.invalid("id: Expected a positive integer")
    }
    let index = try Self.integer("index", members)
    guard index > 0 else { throw Self.invalid("index: Number must be greater than 0") }
    let uuid = try required("uuid", members)
    guard Self.isUUID(uuid) else { throw Self.invalid("uuid: Invalid UUID") }
    let serial = try optional("serialNumber", members)
    let vendorName = try optional("vendorName", members)
    for (name, value) in [("serialNumber", serial), ("vendorName", vendorName)] {
      guard let value, !Self.isAttribute(value) else { continue }
      throw Self.invalid("\(name): Invalid")
    }
    let keys = try Self.keys(members)
    let answered: (DoorLock, JSONValue) -> JSONValue = { lock, event in
      ["success": true, "aggregateId": .text(String(lock.id)), "version": 1, "event": event]
    }
    if let there = locks[id] {
      return CloudDecision(SimulatedAnswer(200, answered(there, nil)))
    }
    let lock = DoorLock(
      id: id, index: index, uuid: uuid, serial: serial, owner: try optional("ownerId", members))
    var data: [String: JSONValue] = [
      "lockId": .integer(id), "uuid": .text(uuid), "keys": .list(keys),
      "timestamp": .text(call.now.description),
    ]
    data["serialNumber"] = serial.map { .text($0) }
    data["ownerId"] = lock.owner.map { .text($0) }
    return CloudDecision(
      SimulatedAnswer(201, answered(lock, ["type": "LockCreated", "data": .object(data)])),
      .lockCreated(lock))
  }

  func lockInfo(_ call: CloudCall) throws(CloudRefusal) -> CloudDecision {
    guard let id = Int64(call.parameter), let lock = locks[id] else { throw Self.unknownLock }
    var members: [String: JSONValue] = [
      "id": .text(String(id)), "lockId": .integer(id), "uuid": .text(lock.uuid), "version": 1,
      "r2Prefix": .text("locks/\(id)"),
    ]
    members["serialNumber"] = lock.serial.map { .text($0) }
    members["ownerId"] = lock.owner.map { .text($0) }
    return CloudDecision(SimulatedAnswer(200, .object(members)))
  }

  static let unknownLock = CloudRefusal.query(status: 404, code: 7002, message: "Lock not found")

  private static func keys(_ members: [String: JSONValue]) throws(CloudRefusal) -> [JSONValue] {
    guard let given = members["keys"] else { return [] }
    guard case .list(let keys) = given else { throw invalid("keys: Expected array") }
    for key in keys {
      guard key.asObject != nil, key["uuid"]?.asText != nil else {
        throw invalid("keys.uuid: Required")
      }
      if let index = key["indexNumber"] {
        guard case .integer = index else { throw invalid("keys.indexNumber: Expected integer") }
      }
    }
    return keys
  }

  static func integer(_ name: String, _ members: [String: JSONValue]) throws(CloudRefusal) -> Int64 {
    guard let value = members[name] else { throw invalid("\(name): Required") }
    guard case .integer(let number) = value else { throw invalid("\(name): Expected integer") }
    return number
  }

  /// The contract's own pattern, spelt out: the simulator must not judge by the station's rules.
  private static func isAttribute(_ text: String) -> Bool {
    text.utf16.count <= 800 && text.wholeMatch(of: #/[a-zA-Z0-9_.,@\/:#=\[\]\-]*/#) != nil
  }
}
