/// Who a hub belongs to, and whether it may work: ClaimHub, ReClaimHub, SuspendHub.
///
/// A repeat of each is refused with 400 ("already claimed", "already suspended"), the same number that a broken rule
/// has. GET status decides which it is.
extension SPKeyClient {
  private struct Claiming: Encodable, Sendable {
    var hubId: String
    var orgId: String?
    var siteId: String
    var userId: String
  }

  private struct Moving: Encodable, Sendable {
    var hubId: String
    var newOrgId: String
    var newSiteId: String
    var reason: String
    var userId: String
  }

  private struct Suspending: Encodable, Sendable {
    var hubId: String
    var reason: String
    var userId: String
  }

  /// What all command answers have; the rest of the event is read back from the status where it matters.
  private struct Done: Decodable {
    struct Event: Decodable {
      struct Data: Decodable {
        var orgId: String?
        var siteId: String?
        var newOrgId: String?
        var newSiteId: String?
      }
      var type: String
      var data: Data?
    }
    var success: Bool
    var event: Event?
  }

  // MARK: Claim

  func findClaim(_ unit: UnitIdentity, _ customer: Customer) async throws(Fault) -> EffectEvidence? {
    try customer.check()
    return try await belonging(unit, to: customer)
  }

  func claim(_ unit: UnitIdentity, _ customer: Customer) async throws(Fault) -> EffectEvidence {
    try customer.check()
    // Nothing to compare with: asked before the call, because after it there would be no way back.
    let known = try organisation(of: customer)
    let call = VendorCall.hub(
      unit, .claimHub,
      body: Claiming(
        hubId: unit.hub.text, orgId: customer.organisation, siteId: customer.site, userId: customer.user))
    let answer = try await send(call)
    if answer.status == 400, VendorRefusal(answer) != nil {
      return try await settled(try await belonging(unit, to: customer), answer, call)
    }
    let done = try done(answer, call)
    if let data = done.event?.data {
      try agree(
        unit, customer, organisation: data.orgId ?? known,
        site: data.siteId ?? customer.site)
    }
    return evidence(
      answer, wasThere: false, ["event": done.event?.type ?? "none", "site": customer.site])
  }

  // MARK: Move

  /// Only the new place counts: the old one is what the call is to change.
  func findMove(_ unit: UnitIdentity, _ customer: Customer) async throws(Fault) -> EffectEvidence? {
    try customer.check()
    do throws(Fault) { return try await belonging(unit, to: customer) } catch {
      guard error.code == .claimConflict else { throw error }
      return nil
    }
  }

  func move(_ unit: UnitIdentity, _ customer: Customer, _ reason: String) async throws(Fault)
    -> EffectEvidence
  {
    try customer.check()
    try VendorRules.text(reason, "reason")
    let known = try organisation(of: customer)
    let call = VendorCall.hub(
      unit, .reClaimHub,
      body: Moving(
        hubId: unit.hub.text, newOrgId: known, newSiteId: customer.site,
        reason: reason, userId: customer.user))
    let answer = try await send(call)
    if answer.status == 400, VendorRefusal(answer) != nil {
      return try await settled(try await findMove(unit, customer), answer, call)
    }
    let done = try done(answer, call)
    if let data = done.event?.data {
      try agree(
        unit, customer, organisation: data.newOrgId ?? known,
        site: data.newSiteId ?? customer.site)
    }
    return evidence(
      answer, wasThere: false, ["event": done.event?.type ?? "none", "site": customer.site])
  }

  // MARK: Suspend

  /// A hub that the vendor does not know needs no suspending.
  func findSuspension(_ unit: UnitIdentity) async throws(Fault) -> EffectEvidence? {
    guard let (answer, found) = try await status(unit) else { return nil }
    guard found.status == "Suspended" || found.status == "Decommissioned" else { return nil }
    return evidence(answer, wasThere: true, ["status": found.status ?? ""])
  }

  func suspend(_ unit: UnitIdentity, _ suspension: Suspension) async throws(Fault) -> EffectEvidence {
    try VendorRules.text(suspension.reason, "reason")
    try VendorRules.text(suspension.user, "userId")
    let call = VendorCall.hub(
      unit, .suspendHub,
      body: Suspending(hubId: unit.hub.text, reason: suspension.reason, userId: suspension.user))
    let answer = try await send(call)
    if answer.status == 404, VendorRefusal(answer) != nil {
      return evidence(answer, wasThere: true, ["status": "unknown to the vendor"])
    }
    if answer.status == 400, VendorRefusal(answer) != nil {
      return try await settled(try await findSuspension(unit), answer, call)
    }
    let done = try done(answer, call)
    return evidence(answer, wasThere: false, ["event": done.event?.type ?? "none"])
  }

  // MARK: -

  private func done(_ answer: HTTPAnswer, _ call: VendorCall) throws(Fault) -> Done {
    guard answer.status == 200 else { throw refused(answer, call) }
    guard let done = answer.decoded(Done.self), done.success else { throw notUnderstood(answer, call) }
    return done
  }

  /// After a 400: done if the status shows it. "Already" with a status that does not show it yet is a read that lags.
  private func settled(_ found: EffectEvidence?, _ answer: HTTPAnswer, _ call: VendorCall) async throws(Fault)
    -> EffectEvidence
  {
    let subject = call.about["hub"] ?? ""
    if let found {
      patience.seen(subject)
      return found
    }
    var fault = refused(answer, call)
    if fault.values["message"]?.lowercased().contains("already") == true, patience.mayStillCome(subject) {
      fault.code = .serverFailed
    }
    throw fault
  }

  /// - Returns: nil for a hub that is provisioned and belongs to nobody.
  private func belonging(_ unit: UnitIdentity, to customer: Customer) async throws(Fault)
    -> EffectEvidence?
  {
    guard let (answer, found) = try await status(unit) else { return nil }
    switch found.status {
    case "Claimed":
      try agree(
        unit, customer, organisation: found.orgId ?? "", site: found.siteId ?? "")
      return evidence(
        answer, wasThere: true, ["status": "Claimed", "site": customer.site])
    case "Suspended", "Decommissioned":
      throw Fault(
        .hubSuspended,
        ["hub": unit.hub.text, "serial": unit.serial.text, "state": found.status ?? ""])
    default: return nil
    }
  }

  private func agree(_ unit: UnitIdentity, _ customer: Customer, organisation actual: String, site: String)
    throws(Fault)
  {
    let expected = try organisation(of: customer)
    guard actual != expected || site != customer.site else { return }
    throw Fault(
      .claimConflict,
      [
        "hub": unit.hub.text, "serial": unit.serial.text,
        "expected": "orgId=\(expected) siteId=\(customer.site)", "actual": "orgId=\(actual) siteId=\(site)",
      ])
  }

  private func organisation(of customer: Customer) throws(Fault) -> String {
    guard let known = customer.organisation ?? organisation else {
      throw Fault(
        .requestRefused,
        ["field": "orgId", "message": "the settings name no cloud.vendor.org-id to compare the claim with"])
    }
    return known
  }
}
