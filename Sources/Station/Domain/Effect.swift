import Foundation

/// What one outbox entry does in the cloud, with all that its calls need.
enum Effect: Hashable, Sendable {
  // AWS IoT

  /// - der: the certificate itself.
  case registerCertificate(UnitIdentity, der: Data)
  case createThing(UnitIdentity)
  case attachPrincipal(UnitIdentity)
  case attachPolicy(UnitIdentity)
  case joinThingGroup(UnitIdentity)
  /// Of a certificate that AWS issued: it was made INACTIVE, and works from here on.
  case activateCertificate(UnitIdentity)
  /// Takes a certificate away that AWS issued and that no hub may use any more.
  case removeCertificate(UnitIdentity)

  // The vendor

  case provisionHub(UnitIdentity)
  /// GET status compared: serial, model, Thing name and status.
  case confirmHub(UnitIdentity)

  var kind: EffectKind {
    switch self {
    case .registerCertificate: .registerCertificate
    case .createThing: .createThing
    case .attachPrincipal: .attachPrincipal
    case .attachPolicy: .attachPolicy
    case .joinThingGroup: .joinThingGroup
    case .activateCertificate: .activateCertificate
    case .removeCertificate: .removeCertificate
    case .provisionHub: .provisionHub
    case .confirmHub: .confirmHub
    }
  }

  /// The hub that it is about; nil where it is about something else.
  var unit: UnitIdentity? {
    switch self {
    case .registerCertificate(let unit, _), .createThing(let unit), .attachPrincipal(let unit),
      .attachPolicy(let unit), .joinThingGroup(let unit), .activateCertificate(let unit),
      .removeCertificate(let unit), .provisionHub(let unit), .confirmHub(let unit):
      unit
    }
  }

  var subject: OutboxSubject {
    switch self {
    case .registerCertificate(let unit, _), .createThing(let unit), .attachPrincipal(let unit),
      .attachPolicy(let unit), .joinThingGroup(let unit), .activateCertificate(let unit),
      .removeCertificate(let unit), .provisionHub(let unit), .confirmHub(let unit):
      .hub(unit.hub)
    }
  }

  /// The certificate whose registration it is a part of: void when the unit gets another identity. Nil for what is true
  /// of a hub whatever its identity.
  var registers: String? {
    switch self {
    case .registerCertificate(let unit, _), .createThing(let unit), .attachPrincipal(let unit),
      .attachPolicy(let unit), .joinThingGroup(let unit), .activateCertificate(let unit),
      .provisionHub(let unit), .confirmHub(let unit):
      unit.certificate
    case .removeCertificate: nil
    }
  }
}
