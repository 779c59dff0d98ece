/// Policies, Thing groups and types: they are there beforehand, a station only attaches and joins.
extension CloudState {
  func attachPolicy(_ call: CloudCall) throws(CloudRefusal) -> CloudDecision {
    let policy = call.parameter
    guard furniture.policies.contains(policy) else {
      throw .missing("Policy \(policy.prefix(128)) not found")
    }
    let answer = SimulatedAnswer(status: 200, body: [])
    guard let target = try call.text("target") else { throw .invalid("target must not be null") }
    if let id = call.account.id(in: target, of: "cert") {
      let attached = try certificate(id).policies
      if attached.contains(policy) { return CloudDecision(answer) }
      // 10 policies per certificate (AWS IoT Core quotas).
      guard attached.count < 10 else { throw Self.limitExceeded("certificate") }
      return CloudDecision(answer, .policyAttached(policy: policy, certificate: id))
    }
    if let group = call.account.id(in: target, of: "thinggroup") {
      guard furniture.thingGroups.contains(group) else {
        throw .missing("Thing group \(group) does not exist")
      }
      let attached = groupPolicies[group] ?? []
      if attached.contains(policy) { return CloudDecision(answer) }
      guard attached.count < 2 else { throw Self.limitExceeded("thing group") }
      return CloudDecision(answer, .groupPolicyAttached(policy: policy, group: group))
    }
    throw .invalid("Invalid target: \(target.prefix(200))")
  }

  func listAttachedPolicies(_ call: CloudCall) throws(CloudRefusal) -> CloudDecision {
    let target = call.parameter
    let attached: [String]
    if let id = call.account.id(in: target, of: "cert") {
      attached = try certificate(id).policies
    } else if let group = call.account.id(in: target, of: "thinggroup"), furniture.thingGroups.contains(group)
    {
      attached = groupPolicies[group] ?? []
    } else {
      throw .missing("Target \(target.prefix(200)) does not exist")
    }
    let listed = attached.map { name -> JSONValue in
      ["policyName": .text(name), "policyArn": .text(call.account.policy(name))]
    }
    return CloudDecision(SimulatedAnswer(200, ["policies": .list(listed)]))
  }

  func joinGroup(_ call: CloudCall) throws(CloudRefusal) -> CloudDecision {
    let byArn = try call.text("thingGroupArn").flatMap { call.account.id(in: $0, of: "thinggroup") }
    guard let group = try call.text("thingGroupName") ?? byArn else {
      throw .invalid("Either thingGroupName or thingGroupArn must be given")
    }
    let thingByArn = try call.text("thingArn").flatMap { call.account.id(in: $0, of: "thing") }
    guard let name = try call.text("thingName") ?? thingByArn else {
      throw .invalid("Either thingName or thingArn must be given")
    }
    guard furniture.thingGroups.contains(group) else {
      throw .missing("Thing group \(group.prefix(128)) does not exist")
    }
    let thing = try thing(name)
    let isThere = thing.groups.contains(group)
    return CloudDecision(
      SimulatedAnswer(200, [:]), isThere ? nil : .groupJoined(thing: name, group: group))
  }

  func describe(furniture kind: CloudOperation, _ call: CloudCall) throws(CloudRefusal) -> CloudDecision {
    let name = call.parameter
    switch kind {
    case .describeThingGroup where furniture.thingGroups.contains(name):
      return CloudDecision(
        SimulatedAnswer(
          200,
          ["thingGroupName": .text(name), "thingGroupArn": .text(call.account.group(name)), "version": 1]))
    case .describeThingType where furniture.thingTypes.contains(name):
      return CloudDecision(
        SimulatedAnswer(
          200, ["thingTypeName": .text(name), "thingTypeArn": .text(call.account.type(name))]))
    case .getPolicy where furniture.policies.contains(name):
      return CloudDecision(
        SimulatedAnswer(
          200,
          [
            "policyName": .text(name), "policyArn": .text(call.account.policy(name)), "defaultVersionId": "1",
            "policyDocument": "{\"Version\":\"2012-10-17\",\"Statement\":[]}",
          ]))
    default: throw .missing("\(name.prefix(128)) does not exist")
    }
  }

  private static func limitExceeded(_ target: String) -> CloudRefusal {
    .registry(
      status: 410, type: "LimitExceededException",
      message: "The number of policies attached to the \(target) exceeds the limit")
  }
}
