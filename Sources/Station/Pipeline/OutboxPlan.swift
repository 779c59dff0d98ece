import Foundation

/// What the cloud has to hear of a unit that passed, in order. The policy comes last on the AWS side: an identity
/// without it cannot connect, so a half-registered unit is inert.
struct OutboxPlan: Hashable, Sendable {
  var policyVia: CloudSettings.AWS.PolicyVia

  var kinds: [EffectKind] {
    [
      .registerCertificate, .createThing, .attachPrincipal,
      policyVia == .certificate ? .attachPolicy : .joinThingGroup, .provisionHub, .confirmHub,
    ]
  }

  /// - Parameter entry: makes the id of each entry.
  func intents(
    hub: HubID, serial: SerialNumber, model: HubModel, thing: String, certified: Evidence.Certified,
    entry: () -> String
  ) -> [OutboxIntent] {
    kinds.enumerated().map { order, kind in
      OutboxIntent(
        entry: entry(), order: order, kind: kind, hub: hub, serial: serial, model: model.id,
        vendorName: model.vendorName, thing: thing, certificate: certified.fingerprint,
        certificateDER: kind == .registerCertificate ? certified.certificate : nil)
    }
  }
}
