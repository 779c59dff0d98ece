/// What the cloud has to hear of a unit, in order.
struct OutboxPlan: Hashable, Sendable {
  var policyVia: CloudSettings.AWS.PolicyVia
  /// From the moment that an identity counts as dead to its revocation, at most.
  var revokeWithin: Duration = .seconds(3_600)

  /// After a pass. The Thing comes first: its name can be taken once, so of two stations with one serial one is told so
  /// before it leaves anything else behind. What lets an identity connect comes last on the AWS side, so that a
  /// half-registered unit is inert: the policy, and with a certificate that AWS issued (INACTIVE so far) its activation.
  ///
  /// - Parameters:
  ///   - checks: what the hub is asked through the cloud then.
  ///   - customer: for whom it is claimed at last.
  func registration(
    of unit: UnitIdentity, _ certified: Evidence.Certified, checks: [CloudCheck] = [],
    customer: Customer? = nil
  ) -> [Effect] {
    identity(unit, certified, thing: .createThing(unit), principal: .attachPrincipal(unit), checks)
      + (customer.map { [.claimHub(unit, $0)] } ?? [])
  }

  /// After the pass of a rework: the Thing and its principal change over, in the same order as after a first pass.
  ///
  /// - Parameter replacing: every certificate that this hub had before.
  func replacement(
    of unit: UnitIdentity, _ certified: Evidence.Certified, replacing: [String], checks: [CloudCheck] = []
  ) -> [Effect] {
    identity(
      unit, certified, thing: .replaceThing(unit, replacing: replacing),
      principal: .replacePrincipal(unit, replacing: replacing), checks)
  }

  /// What is owed of an identity that nothing may use any more, from the moment that another is on its way to the hub.
  func end(of unit: UnitIdentity, now: Timestamp) -> [Effect] {
    [.revokeCertificate(unit, by: now.advanced(by: revokeWithin))]
  }

  private func identity(
    _ unit: UnitIdentity, _ certified: Evidence.Certified, thing: Effect, principal: Effect,
    _ checks: [CloudCheck]
  ) -> [Effect] {
    let policy: Effect = policyVia == .certificate ? .attachPolicy(unit) : .joinThingGroup(unit)
    let made: [Effect] =
      certified.issuer == IssuerName.aws
      ? [thing, principal, policy, .activateCertificate(unit)]
      : [thing, .registerCertificate(unit, der: certified.certificate), principal, policy]
    return made + [.provisionHub(unit), .confirmHub(unit)] + checks.map { .checkHub(unit, $0) }
  }

  /// What a restart leaves behind in the cloud: certificates that AWS made for this hub and that it must not use any more.
  /// The own CA's leave nothing: AWS never heard of them.
  func removals(of certificates: [String], story: HubStory, unit: UnitIdentity) -> [Effect] {
    certificates.filter { story.issued[$0] == IssuerName.aws && story.passed != $0 }.map { certificate in
      var void = unit
      void.certificate = certificate
      return .removeCertificate(void)
    }
  }
}
