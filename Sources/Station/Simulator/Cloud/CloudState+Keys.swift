/// Physical keys: AddPhysicalKey, its reads, and RemovePhysicalKey.
extension CloudState {
  private static let mostListed = 100

  func addPhysicalKey(_ call: CloudCall) throws(CloudRefusal) -> CloudDecision {
    let user = try user(call)
    let members = try keyBody(call)
    guard let organisation = members["orgId"]?.asText, !organisation.isEmpty else {
      throw Self.wrong("orgId: String must contain at least 1 character(s)")
    }
    for name in ["orgName", "note"] {
      if let value = members[name], value.asText == nil { throw Self.wrong("\(name): Expected string") }
    }
    let note = members["note"]?.asText
    guard (note?.utf16.count ?? 0) <= 500 else {
      throw Self.wrong("note: String must contain at most 500 character(s)")
    }
    let key = PhysicalKey(
      number: (keyrings[user]?.last ?? 0) + 1, organisation: organisation,
      organisationName: members["orgName"]?.asText, note: note, added: call.now)
    var data = Self.members(of: key)
    data["userId"] = .text(user)
    var answer = Self.members(of: key)
    answer["success"] = true
    answer["aggregateId"] = .text(user)
    answer["version"] = .integer(key.number)
    answer["event"] = ["type": "PhysicalKeyAdded", "data": .object(data)]
    return CloudDecision(SimulatedAnswer(200, .object(answer)), .keyAdded(user: user, key))
  }

  func listPhysicalKeys(_ call: CloudCall) throws(CloudRefusal) -> CloudDecision {
    guard furniture.users.contains(call.parameter) else { throw Self.unknownUser }
    let organisation = call.request.queryValue("orgId")
    let name = call.request.queryValue("orgName")
    let words = call.request.queryValue("q")?.lowercased()
    let found = (keyrings[call.parameter]?.keys ?? []).filter { key in
      (organisation == nil || key.organisation == organisation)
        && (name == nil || key.organisationName == name)
        && (words == nil || key.note?.lowercased().contains(words ?? "") == true)
    }
    return CloudDecision(
      SimulatedAnswer(
        200,
        [
          "keys": .list(found.prefix(Self.mostListed).map { .object(Self.members(of: $0)) }),
          "total": .integer(Int64(found.count)),
        ]))
  }

  func getPhysicalKey(_ call: CloudCall) throws(CloudRefusal) -> CloudDecision {
    guard furniture.users.contains(call.parameter) else { throw Self.unknownUser }
    let number = call.request.segments?.last.flatMap { Int64($0) }
    guard let key = keyrings[call.parameter]?.keys.first(where: { $0.number == number }) else {
      throw .query(status: 404, code: 7002, message: "No physical key with that number")
    }
    return CloudDecision(SimulatedAnswer(200, .object(Self.members(of: key))))
  }

  func removePhysicalKey(_ call: CloudCall) throws(CloudRefusal) -> CloudDecision {
    let user = try user(call)
    let members = try keyBody(call)
    guard case .integer(let number)? = members["number"], number > 0 else {
      throw Self.wrong("number: Expected a positive integer")
    }
    guard keyrings[user]?.keys.contains(where: { $0.number == number }) == true else {
      throw .bare(status: 404, error: "NotFound", message: "No physical key with that number")
    }
    return CloudDecision(
      SimulatedAnswer(
        200,
        [
          "success": true, "aggregateId": .text(user), "version": .integer(number + 1),
          "number": .integer(number),
          "event": [
            "type": "PhysicalKeyRemoved",
            "data": [
              "userId": .text(user), "number": .integer(number),
              "removedAt": .integer(call.now.milliseconds),
            ],
          ],
        ]), .keyRemoved(user: user, number: number))
  }

  static let unknownUser = CloudRefusal.query(status: 404, code: 7002, message: "User not found")

  private func user(_ call: CloudCall) throws(CloudRefusal) -> String {
    guard furniture.users.contains(call.parameter) else {
      throw .bare(status: 404, error: "NotFound", message: "User not found")
    }
    return call.parameter
  }

  private func keyBody(_ call: CloudCall) throws(CloudRefusal) -> [String: JSONValue] {
    guard let members = call.request.json?.asObject else { throw Self.wrong("Body is not valid JSON") }
    return members
  }

  private static func wrong(_ message: String) -> CloudRefusal {
    .bare(status: 400, error: "ValidationError", message: message)
  }

  private static func members(of key: PhysicalKey) -> [String: JSONValue] {
    var members: [String: JSONValue] = [
      "number": .integer(key.number), "orgId": .text(key.organisation),
      "addedAt": .integer(key.added.milliseconds),
    ]
    members["orgName"] = key.organisationName.map { .text($0) }
    members["note"] = key.note.map { .text($0) }
    return members
  }
}
