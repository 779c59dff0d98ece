/// SendHubCommand writes into the hub's device shadow; GET shadow reads what came of it.
extension CloudState {
  /// The part of the reported state where hubs answer.
  static let answerPath = "response"

  func sendHubCommand(_ call: CloudCall) throws(CloudRefusal) -> CloudDecision {
    let members = try vendorBody(call)
    let command = try required("command", members)
    if let arguments = members["args"], arguments.asObject == nil {
      throw Self.invalid("args: Expected object")
    }
    let hub = try hub(call, members)
    try connected(hub)
    var desired: [String: JSONValue] = ["command": .text(command)]
    desired["args"] = members["args"]
    return CloudDecision(
      SimulatedAnswer(
        200,
        ["success": true, "aggregateId": .text(hub.id), "version": .integer(hub.version), "event": nil]),
      .commandForwarded(thing: hub.thingName, .object(desired)))
  }

  /// As AWS IoT gives it: each leaf of the state has the second in which it was written.
  func thingShadow(_ call: CloudCall) throws(CloudRefusal) -> CloudDecision {
    _ = try thing(call.parameter)
    guard let shadow = shadows[call.parameter] else {
      throw .missing("No shadow exists with name: '\(call.parameter)'")
    }
    var state: [String: JSONValue] = [:]
    var metadata: [String: JSONValue] = [:]
    if let desired = shadow.desired { state["desired"] = ["command": desired] }
    if let reported = shadow.reported, let time = shadow.reportedAt {
      state["reported"] = [Self.answerPath: reported]
      metadata["reported"] = [Self.answerPath: Self.stamped(reported, time.milliseconds / 1000)]
    }
    return CloudDecision(
      SimulatedAnswer(
        200,
        [
          "state": .object(state), "metadata": .object(metadata), "version": .integer(shadow.version),
          "timestamp": .integer(call.now.milliseconds / 1000),
        ]))
  }

  private static func stamped(_ value: JSONValue, _ second: Int64) -> JSONValue {
    switch value {
    case .object(let members): .object(members.mapValues { stamped($0, second) })
    case .list(let values): .list(values.map { stamped($0, second) })
    default: ["timestamp": .integer(second)]
    }
  }
}
