/// What the cloud has to hear of a unit, in order.
struct OutboxPlan: Hashable, Sendable {
  var policyVia: CloudSettings.AWS.PolicyVia

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
    let policy: Effect = policyVia == .certificate ? .attachPolicy(unit) : .joinThingGroup(unit)
    let identity: [Effect] =
      certified.issuer == IssuerName.aws
      ? [.createThing(unit), .attachPrincipal(unit), policy, .activateCertificate(unit)]
      : [
        .createThing(unit), .registerCertificate(unit, der: certified.certificate), .attachPrincipal(unit),
        policy,
      ]
    return identity + [.provisionHub(unit), .confirmHub(unit)] + checks.map { .checkHub(unit, $0) }
      + (customer.map { [.claimHub(unit, $0)] } ?? [])
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
