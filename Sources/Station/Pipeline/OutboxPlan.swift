import Foundation

/// What the cloud has to hear of a unit, in order.
struct OutboxPlan: Hashable, Sendable {
  var policyVia: CloudSettings.AWS.PolicyVia

  /// After a pass. The Thing comes first: its name can be taken once, so of two stations with one serial one is told so
  /// before it leaves anything else behind. What lets an identity connect comes last on the AWS side, so that a half-registered unit is inert: the
  /// policy, and with a certificate that AWS issued (INACTIVE so far) its activation.
  func kinds(issuer: String = IssuerName.stationAuthority) -> [EffectKind] {
    let policy: EffectKind = policyVia == .certificate ? .attachPolicy : .joinThingGroup
    let identity: [EffectKind] =
      issuer == IssuerName.aws
      ? [.createThing, .attachPrincipal, policy, .activateCertificate]
      : [.createThing, .registerCertificate, .attachPrincipal, policy]
    return identity + [.provisionHub, .confirmHub]
  }

  /// - Parameter entry: makes the id of each entry.
  func intents(
    hub: HubID, serial: SerialNumber, model: HubModel, thing: String, certified: Evidence.Certified,
    entry: () -> String
  ) -> [OutboxIntent] {
    kinds(issuer: certified.issuer).enumerated().map { order, kind in
      OutboxIntent(
        entry: entry(), order: order, kind: kind, hub: hub, serial: serial, model: model.id,
        vendorName: model.vendorName, thing: thing, certificate: certified.fingerprint,
        certificateDER: kind == .registerCertificate ? certified.certificate : nil)
    }
  }

  /// What a restart leaves behind in the cloud: certificates that AWS made for this hub and that it must not use any more.
  /// The own CA's leave nothing: AWS never heard of them.
  func removals(
    of certificates: [String], story: HubStory, hub: HubID, serial: SerialNumber, model: HubModel,
    thing: String, entry: () -> String
  ) -> [OutboxIntent] {
    certificates.filter { story.issued[$0] == IssuerName.aws && story.passed != $0 }.map { certificate in
      OutboxIntent(
        entry: entry(), order: 0, kind: .removeCertificate, hub: hub, serial: serial, model: model.id,
        vendorName: model.vendorName, thing: thing, certificate: certificate, certificateDER: nil)
    }
  }
}
