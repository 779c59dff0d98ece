import Foundation

@testable import Station

/// One thing that a person has the clouds do, with the calls that it needs and what it must have come to.
enum FaultyOrder: String, CaseIterable, Sendable {
  case claim, move, suspension, revocation, thingReplacement, principalReplacement, check, question, lock
  case key, keyRemoval

  /// Every kind of entry is in one of the two tables: a new one does not compile before it is put into one.
  ///
  /// Nil: a part of a unit's registration (`FaultTableTests`).
  init?(_ kind: EffectKind) {
    switch kind {
    case .registerCertificate, .createThing, .attachPrincipal, .attachPolicy, .joinThingGroup,
      .activateCertificate, .removeCertificate, .provisionHub, .confirmHub:
      return nil
    case .claimHub: self = .claim
    case .moveHub: self = .move
    case .suspendHub: self = .suspension
    case .revokeCertificate: self = .revocation
    case .replaceThing: self = .thingReplacement
    case .replacePrincipal: self = .principalReplacement
    case .checkHub: self = .check
    case .sendHubCommand: self = .question
    case .createLock: self = .lock
    case .addPhysicalKey: self = .key
    case .removePhysicalKey: self = .keyRemoval
    }
  }

  var operations: [CloudOperation] {
    switch self {
    case .claim: [.claimHub, .getHubStatus]
    case .move: [.reClaimHub, .getHubStatus]
    case .suspension: [.suspendHub, .getHubStatus]
    case .revocation: [.updateCertificate, .describeCertificate]
    case .thingReplacement: [.updateThing, .describeThing]
    case .principalReplacement: [.detachThingPrincipal, .attachThingPrincipal, .listThingPrincipals]
    case .check, .question: [.sendHubCommand, .getThingShadow]
    case .lock: [.createLock, .getLock]
    case .key: [.addPhysicalKey, .listPhysicalKeys]
    case .keyRemoval: [.removePhysicalKey, .getPhysicalKey]
    }
  }

  private static let here = Customer(site: "site-7", user: "user-1")
  private static let command = HubCommand(command: "server_info", seconds: 10)

  /// The identity that a rework gives the hub.
  private static let newCertificate = String(repeating: "2", count: 64)

  private static func reworked(_ unit: UnitIdentity, _ bench: VendorBench) async throws -> UnitIdentity {
    var new = unit
    new.certificate = newCertificate
    let now = bench.clock.now()
    try await bench.desk.apply(
      .certificateRegistered(
        .init(
          id: new.certificate, pem: "", commonName: unit.thing, status: "ACTIVE", notBefore: now,
          notAfter: now,
          created: now, modified: now)))
    try await bench.desk.apply(
      .thingUpdated(
        name: unit.thing,
        attributes: ["serial": unit.serial.text, "model": unit.model, "certId": unit.certificate]))
    return new
  }

  func prepare(_ bench: VendorBench) async throws -> Effect {
    let unit = try await bench.registered()
    switch self {
    case .claim: return .claimHub(unit, Self.here)
    case .move:
      try await bench.desk.apply(
        .hubClaimed(
          id: unit.hub.text,
          .init(
            organisation: bench.stage.account.organisation, site: "site-1", user: "user-1",
            time: bench.clock.now())))
      return .moveHub(unit, Self.here, reason: "wrong site")
    case .suspension:
      return .suspendHub(
        unit,
        Suspension(
          reason: "scrapped", user: "user-1", until: bench.clock.now().advanced(by: .seconds(86_400))))
    case .revocation: return .revokeCertificate(unit, by: bench.clock.now().advanced(by: .seconds(900)))
    case .thingReplacement:
      return .replaceThing(try await Self.reworked(unit, bench), replacing: [unit.certificate])
    case .principalReplacement:
      return .replacePrincipal(try await Self.reworked(unit, bench), replacing: [unit.certificate])
    case .check:
      return .checkHub(
        unit,
        CloudCheck(
          command: "server_info", seconds: 10, values: [.init(name: "schema", path: "schema_version", low: 9)]
        ))
    case .question: return .sendHubCommand(unit, Self.command)
    case .lock: return .createLock(.sample())
    case .key: return .addPhysicalKey(.sample())
    case .keyRemoval:
      for number in [Int64(1), 2, 3] {
        let note = number == 3 ? "another" : PhysicalKeyOrder.sample().sentNote
        try await bench.desk.apply(
          .keyAdded(
            user: "user-1", .init(number: number, organisation: "org-7", note: note, added: bench.clock.now())
          ))
      }
      return .removePhysicalKey(.sample(), number: 2)
    }
  }

  /// - Returns: what is wrong.
  func finding(_ entry: OutboxEntry, _ cloud: CloudState) async -> String? {
    let hub = cloud.hubs.values.first
    let keys = cloud.keyrings["user-1"]?.keys.map(\.number) ?? []
    let there: (holds: Bool, effects: ClosedRange<Int>, of: String) =
      switch self {
      case .claim: (hub?.claim?.site == "site-7", 1...1, "ClaimHub")
      // Moved to one place twice it is there, with a second event in its history.
      case .move: (hub?.claim?.site == "site-7", 2...3, "ClaimHub")
      case .suspension: (hub?.status == "Suspended", 1...1, "SuspendHub")
      case .revocation: (cloud.certificates.values.map(\.status) == ["REVOKED"], 1...1, "UpdateCertificate")
      // Beside what was set up beforehand.
      case .thingReplacement:
        (cloud.things.values.first?.attributes["certId"] == Self.newCertificate, 2...2, "UpdateThing")
      case .principalReplacement:
        (cloud.things.values.first?.principals == [Self.newCertificate], 2...2, "AttachThingPrincipal")
      // A question may be asked again; it changes nothing.
      case .check: (entry.evidence?.values["schema"] == "11", 1...9, "SendHubCommand")
      case .question:
        (entry.evidence?.values["answer"]?.contains("schema_version") == true, 1...9, "SendHubCommand")
      case .lock: (cloud.locks[1201]?.serial == "LK-1201", 1...1, "CreateLock")
      case .key: (keys == [1] && entry.evidence?.values["number"] == "1", 1...1, "AddPhysicalKey")
      case .keyRemoval: (keys == [1, 3], 1...1, "RemovePhysicalKey")
      }
    let times = cloud.effects[there.of] ?? 0
    // Never sent twice blindly: where nothing of it is there, a person decides.
    if self == .key, entry.state == .parked {
      return entry.fault?.code == .keyUnknown && keys.isEmpty && times == 0
        ? nil : "parked for \(entry.fault?.code.rawValue ?? "nothing"), and the cloud has \(keys)"
    }
    guard entry.state == .settled else {
      return "\(entry.state) \(entry.fault?.code.rawValue ?? "") \(entry.fault?.values ?? [:])"
    }
    return there.holds && there.effects.contains(times)
      ? nil : "settled as \(entry.evidence?.values ?? [:]), and \(there.of) took effect \(times) times"
  }
}
