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

extension Customer {
  static let sample = Customer(site: "site-7", user: "user-1")
}

extension Lock {
  static func sample(_ id: Int64 = 1201) -> Lock {
    Lock(
      id: id, index: 1, uuid: "5a0e8f5e-94d2-4f0b-9a53-\(String(format: "%012d", id))", serial: "LK-\(id)",
      vendorName: "Acme", owner: "user-1", keys: [Key(uuid: "k1", index: 1, user: "user-1")])
  }
}

extension PhysicalKeyOrder {
  static func sample(_ number: Int = 1) -> PhysicalKeyOrder {
    PhysicalKeyOrder(
      token: "01990000-0000-7000-8000-\(String(format: "%012d", number))", user: "user-1",
      organisation: "org-7", organisationName: "Example Ltd", note: "front door")
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
    case .revokeCertificate: self = .revokeCertificate(unit, by: Timestamp(milliseconds: 0))
    case .replaceThing: self = .replaceThing(unit, replacing: [String(repeating: "0", count: 64)])
    case .replacePrincipal: self = .replacePrincipal(unit, replacing: [String(repeating: "0", count: 64)])
    case .provisionHub: self = .provisionHub(unit)
    case .confirmHub: self = .confirmHub(unit)
    case .claimHub: self = .claimHub(unit, .sample)
    case .moveHub: self = .moveHub(unit, .sample, reason: "wrong site")
    case .suspendHub:
      self = .suspendHub(
        unit, Suspension(reason: "scrapped", user: "user-1", until: Timestamp(milliseconds: 0)))
    case .checkHub:
      self = .checkHub(unit, CloudCheck(command: "server_info", seconds: 5, values: []))
    case .sendHubCommand: self = .sendHubCommand(unit, HubCommand(command: "server_info", seconds: 5))
    case .createLock: self = .createLock(.sample())
    case .addPhysicalKey: self = .addPhysicalKey(.sample())
    case .removePhysicalKey: self = .removePhysicalKey(.sample(), number: 2)
    }
  }
}
