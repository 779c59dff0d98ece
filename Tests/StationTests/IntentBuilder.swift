import Foundation

@testable import Station

extension UnitIdentity {
  static func sample(_ hub: HubID, serial: String = "SPK00000001", certificate: String = "ab") -> UnitIdentity
  {
    UnitIdentity(
      hub: hub, serial: SerialNumber(normalised: serial), model: "HUB-2", vendorName: "Acme",
      thing: hub.text, certificate: certificate)
  }
}

extension Effect {
  /// One effect of each kind, for tests that go through them all.
  init(_ kind: EffectKind, _ unit: UnitIdentity, der: Data = Data()) {
    switch kind {
    case .registerCertificate: self = .registerCertificate(unit, der: der)
    case .createThing: self = .createThing(unit)
    case .attachPrincipal: self = .attachPrincipal(unit)
    case .attachPolicy: self = .attachPolicy(unit)
    case .joinThingGroup: self = .joinThingGroup(unit)
    case .activateCertificate: self = .activateCertificate(unit)
    case .removeCertificate: self = .removeCertificate(unit)
    case .provisionHub: self = .provisionHub(unit)
    case .confirmHub: self = .confirmHub(unit)
    }
  }
}
