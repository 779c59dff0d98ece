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
  /// For ever. Waits for what is owed of the hub before it, but no longer than until `by`.
  case revokeCertificate(UnitIdentity, by: Timestamp)
  /// Rework: the Thing names this identity from here on, if it names none or one of the older ones.
  case replaceThing(UnitIdentity, replacing: [String])
  /// Rework: the certificate is attached to the Thing, the older ones no longer.
  case replacePrincipal(UnitIdentity, replacing: [String])

  // The vendor: hubs

  case provisionHub(UnitIdentity)
  /// GET status compared: serial, model, Thing name and status.
  case confirmHub(UnitIdentity)
  case claimHub(UnitIdentity, Customer)
  /// ReClaimHub: a hub that was claimed for somebody else, or for another site.
  case moveHub(UnitIdentity, Customer, reason: String)
  case suspendHub(UnitIdentity, Suspension)
  /// Asks the finished hub through the cloud, and compares its answer.
  case checkHub(UnitIdentity, CloudCheck)
  case sendHubCommand(UnitIdentity, HubCommand)

  // The vendor: locks and keys

  case createLock(Lock)
  case addPhysicalKey(PhysicalKeyOrder)
  /// Takes a second key away that one order came to.
  case removePhysicalKey(PhysicalKeyOrder, number: Int64)

  /// For whom a hub is claimed, or to whom it is moved.
  var customer: Customer? {
    switch self {
    case .claimHub(_, let customer), .moveHub(_, let customer, _): customer
    default: nil
    }
  }

  var kind: EffectKind {
    switch self {
    case .registerCertificate: .registerCertificate
    case .createThing: .createThing
    case .attachPrincipal: .attachPrincipal
    case .attachPolicy: .attachPolicy
    case .joinThingGroup: .joinThingGroup
    case .activateCertificate: .activateCertificate
    case .removeCertificate: .removeCertificate
    case .revokeCertificate: .revokeCertificate
    case .replaceThing: .replaceThing
    case .replacePrincipal: .replacePrincipal
    case .provisionHub: .provisionHub
    case .confirmHub: .confirmHub
    case .claimHub: .claimHub
    case .moveHub: .moveHub
    case .suspendHub: .suspendHub
    case .checkHub: .checkHub
    case .sendHubCommand: .sendHubCommand
    case .createLock: .createLock
    case .addPhysicalKey: .addPhysicalKey
    case .removePhysicalKey: .removePhysicalKey
    }
  }

  var subject: OutboxSubject {
    switch self {
    case .registerCertificate(let unit, _), .createThing(let unit), .attachPrincipal(let unit),
      .attachPolicy(let unit), .joinThingGroup(let unit), .activateCertificate(let unit),
      .removeCertificate(let unit), .revokeCertificate(let unit, _), .replaceThing(let unit, _),
      .replacePrincipal(let unit, _), .provisionHub(let unit),
      .confirmHub(let unit), .claimHub(let unit, _), .moveHub(let unit, _, _), .suspendHub(let unit, _),
      .checkHub(let unit, _), .sendHubCommand(let unit, _):
      .hub(unit)
    case .createLock(let lock): .lock(lock)
    case .addPhysicalKey(let order), .removePhysicalKey(let order, _): .key(order)
    }
  }

  /// The certificate whose registration it is a part of: void when the unit gets another identity. Nil for what is true
  /// of a hub whatever its identity.
  var registers: String? { kind.isRegistration ? subject.unit?.certificate : nil }

  /// From then on it waits for nothing that is owed of its subject before it.
  var dueBy: Timestamp? {
    if case .revokeCertificate(_, let by) = self { by } else { nil }
  }

  /// When it is given up if it still waits for its hub then; nil: the courier's own limit parks it.
  var givesUpAt: Timestamp? {
    if case .suspendHub(_, let suspension) = self { suspension.until } else { nil }
  }
}
