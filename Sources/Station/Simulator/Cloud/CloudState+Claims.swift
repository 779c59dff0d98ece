/// Who a hub belongs to, and whether it may work: ClaimHub, ReClaimHub, SuspendHub. All of them need the hub connected.
extension CloudState {
  /// With an identity that works, and plugged in.
  func isConnected(_ hub: ProvisionedHub) -> Bool {
    guard !unplugged.contains(hub.id), let thing = things[hub.thingName] else { return false }
    return thing.principals.contains { id in
      guard let certificate = certificates[id], certificate.status == "ACTIVE" else { return false }
      return !certificate.policies.isEmpty || !thing.groups.isEmpty
    }
  }

  func claimHub(_ call: CloudCall) throws(CloudRefusal) -> CloudDecision {
    let members = try vendorBody(call)
    let site = try required("siteId", members)
    let user = try required("userId", members)
    let organisation = try optional("orgId", members) ?? call.account.organisation
    try allow(organisation, call)
    let hub = try hub(call, members)
    guard hub.status == "Provisioned" else {
      throw Self.rule(
        hub.status == "Claimed" ? "Hub is already claimed" : "Hub is \(hub.status.lowercased())")
    }
    try connected(hub)
    let claim = ProvisionedHub.Claim(
      organisation: organisation, site: site, user: user, time: call.now)
    return Self.done(
      hub, "HubClaimed",
      [
        "hubId": .text(hub.id), "orgId": .text(organisation), "siteId": .text(site), "claimedBy": .text(user),
        "claimedAt": .integer(call.now.milliseconds),
      ], .hubClaimed(id: hub.id, claim))
  }

  func reClaimHub(_ call: CloudCall) throws(CloudRefusal) -> CloudDecision {
    let members = try vendorBody(call)
    let organisation = try required("newOrgId", members)
    let site = try required("newSiteId", members)
    let reason = try required("reason", members)
    let user = try required("userId", members)
    try allow(organisation, call)
    let hub = try hub(call, members)
    guard hub.status == "Claimed" else { throw Self.rule("Hub is not claimed") }
    try connected(hub)
    let before = hub.claim
    let claim = ProvisionedHub.Claim(organisation: organisation, site: site, user: user, time: call.now)
    return Self.done(
      hub, "HubReClaimed",
      [
        "hubId": .text(hub.id), "previousOrgId": .text(before?.organisation ?? call.account.organisation),
        "previousSiteId": .text(before?.site ?? "site-1"), "newOrgId": .text(organisation),
        "newSiteId": .text(site), "reclaimedBy": .text(user), "reason": .text(reason),
        "reclaimedAt": .integer(call.now.milliseconds),
      ], .hubClaimed(id: hub.id, claim))
  }

  func suspendHub(_ call: CloudCall) throws(CloudRefusal) -> CloudDecision {
    let members = try vendorBody(call)
    let reason = try required("reason", members)
    let user = try required("userId", members)
    let hub = try hub(call, members)
    guard hub.status == "Provisioned" || hub.status == "Claimed" else {
      throw Self.rule("Hub is already \(hub.status.lowercased())")
    }
    try connected(hub)
    return Self.done(
      hub, "HubSuspended",
      [
        "hubId": .text(hub.id), "reason": .text(reason), "suspendedBy": .text(user),
        "suspendedAt": .integer(call.now.milliseconds),
      ], .hubSet(id: hub.id, status: "Suspended"))
  }

  // MARK: -

  func vendorBody(_ call: CloudCall) throws(CloudRefusal) -> [String: JSONValue] {
    guard let members = call.request.json?.asObject else {
      throw Self.invalid("Request body is not valid JSON")
    }
    return members
  }

  /// The hub that path and body name.
  func hub(_ call: CloudCall, _ members: [String: JSONValue]) throws(CloudRefusal) -> ProvisionedHub {
    guard try required("hubId", members) == call.parameter else {
      throw Self.invalid("hubId: does not match the id in the path")
    }
    guard let hub = hubs[call.parameter] else {
      throw .command(status: 404, error: "NotFound", message: "Hub not found")
    }
    return hub
  }

  func connected(_ hub: ProvisionedHub) throws(CloudRefusal) {
    guard !isConnected(hub) else { return }
    throw .command(status: 502, error: "HubOffline", message: "Hub is not connected")
  }

  static func rule(_ message: String) -> CloudRefusal {
    .command(status: 400, error: "BusinessRuleViolation", message: message)
  }

  private static func done(
    _ hub: ProvisionedHub, _ type: String, _ data: [String: JSONValue], _ change: CloudChange
  ) -> CloudDecision {
    CloudDecision(
      SimulatedAnswer(
        200,
        [
          "success": true, "aggregateId": .text(hub.id), "version": .integer(hub.version + 1),
          "event": ["type": .text(type), "data": .object(data)],
        ]), change)
  }

  private func allow(_ organisation: String, _ call: CloudCall) throws(CloudRefusal) {
    guard organisation == call.account.organisation || furniture.superKey else {
      throw .command(
        status: 403, error: "Forbidden", message: "orgId does not match the authenticated organisation")
    }
  }
}
