import CertForge
import Foundation
import Synchronization

@testable import Station

/// What must be true after every case, asked of the ledger on the disk, the hubs' storage and the cloud.
struct PowerCutAudit {
  let world: PowerCutWorld
  let disk: String

  func findings(on executor: SeededExecutor) throws -> [String] {
    let cloud = Mutex<CloudAudit?>(nil)
    let desk = world.desk
    _ = executor.run(
      {
        let audit = await desk.audit()
        cloud.withLock { $0 = audit }
      }, whenIdle: { false })
    guard let cloud = cloud.withLock({ $0 }) else { return ["the cloud cannot be asked"] }
    let reader = try Ledger.reading(path: "\(disk)/ledger.sqlite")
    var findings = try ledger(reader)
    for hub in world.hubs { findings += try audit(hub, reader, cloud) }
    findings += try strangers(reader, cloud)
    findings += try PowerCutErrandAudit(world: world, reader: reader, cloud: cloud).findings()
    findings += cloud.orphans.filter { $0.status == "ACTIVE" }.map {
      "an orphan is ACTIVE: \($0.id.prefix(8))"
    }
    try reader.close()
    return findings
  }

  private func ledger(_ reader: LedgerReader) throws -> [String] {
    var findings: [String] = []
    if let broken = try reader.readNow({ try ChainVerification($0).firstBreak }) {
      findings.append("the chain is broken: \(broken)")
    }
    let differences = try reader.readNow { try ProjectionComparison($0).differences }
    if !differences.isEmpty { findings.append("projections differ from their rebuild: \(differences)") }
    if try !reader.readNow({ try AttemptQueries.open($0) }).isEmpty {
      findings.append("an attempt was never closed")
    }
    let entries = try reader.readNow { try OutboxQueries.entries($0, OutboxFilter()) }.filter {
      $0.state != .settled && !PowerCutErrandAudit.mayEnd($0)
    }
    if !entries.isEmpty {
      findings.append(
        "the outbox is not empty: \(entries.map { "\($0.intent.kind.rawValue) \($0.state) \($0.fault?.code.rawValue ?? "")" })"
      )
    }
    return findings
  }

  /// No record and no Thing of a hub that does not exist, and nothing left of a certificate that was given up.
  private func strangers(_ reader: LedgerReader, _ cloud: CloudAudit) throws -> [String] {
    let known = Set(world.hubs.compactMap { PowerCutWorld.hubID($0) })
    let recorded = try reader.readNow { try UnitQueries.units($0, UnitFilter(limit: 100)) }.map(\.hub)
    var findings = recorded.filter { !known.contains($0) }.map { "a record of no hub: \($0)" }
    let names = Set(known.map(\.text))
    findings += cloud.units.filter { !names.contains($0.name) }.map { "the cloud has a stranger: \($0)" }
    let there = Set((cloud.units.flatMap(\.certificates) + cloud.orphans).map(\.id))
    for hub in known {
      for row in try reader.readNow({ try JournalQueries.rows($0, of: hub) }) {
        guard case .restarted(let revoked) = try row.entry() else { continue }
        findings += revoked.filter { there.contains($0) }.map {
          "a void certificate is still there: \($0.prefix(8))"
        }
      }
    }
    return findings
  }

  private func audit(_ hub: SimulatedHub, _ reader: LedgerReader, _ cloud: CloudAudit) throws -> [String] {
    guard let id = PowerCutWorld.hubID(hub) else { return ["a hub without a UUID"] }
    let serial = hub.examine { $0.nature.serial }
    let units = try reader.readNow { try UnitQueries.units($0, matching: id.text) }
    let there = cloud.units.filter { $0.name == id.text }
    guard units.count <= 1, there.count <= 1 else { return ["\(serial): more than one record"] }
    guard let passed = units.first?.passed?.certificate else {
      var findings = there.map { "\(serial): not passed, and the cloud has \($0)" }
      if mustBeFinished(hub) {
        findings.append("\(serial): not finished: \(units.first?.fault?.rawValue ?? "never seen")")
      }
      if let greens = world.greens.withLock({ $0[id] }) {
        findings.append("\(serial): green \(greens.count) times, not passed")
      }
      return findings
    }
    var findings: [String] = []
    if Self.identity(of: hub) != passed { findings.append("\(serial): the hub does not hold what passed") }
    if !Self.keyFits(hub) { findings.append("\(serial): key and certificate on the hub do not fit") }
    let passes = try Self.passes(of: id, reader)
    for kept in world.greens.withLock({ $0[id] ?? [] }) where !passes.contains(kept ?? "") {
      findings.append(
        "\(serial): was green with \(kept?.prefix(8) ?? "nothing") in its storage, not \(passed.prefix(8))")
    }
    // What was retired is judged by the audit of its errand; the clouds may never have heard of it.
    if world.scene.route.errand == .retire, hub === world.hubs[0] { return findings }
    guard let there = there.first else {
      return findings + ["\(serial): passed, and the cloud knows nothing of it"]
    }
    let active = there.certificates.filter { $0.status == "ACTIVE" }
    if active.map(\.id) != [passed] {
      findings.append("\(serial): ACTIVE certificates \(active.map { $0.id.prefix(8) })")
    }
    if let other = there.certificates.first(where: { $0.id != passed && $0.attached }) {
      findings.append("\(serial): another certificate is attached: \(other)")
    }
    if active.contains(where: { !$0.attached || $0.policies != ["hub-identity"] }) {
      findings.append("\(serial): attachment or policy: \(active)")
    }
    if !there.thingExists || there.attributes["serial"] != serial {
      findings.append("\(serial): Thing: \(there)")
    }
    if there.provisioned != 1 || there.status != PowerCutErrandAudit.status(of: hub, in: world)
      || there.serial != serial
    {
      findings.append(
        "\(serial): provisioned \(there.provisioned ?? 0) times, \(there.status ?? "no status")")
    }
    return findings
  }

  private func mustBeFinished(_ hub: SimulatedHub) -> Bool {
    let wasCut = world.boundaries.count > 1
    if hub === world.hubs[0] { return world.scene.route.comesBack != .neverBack || !wasCut }
    return wasCut && [.otherHubFirst, .neverBack].contains(world.scene.route.comesBack)
  }

  /// The certificates of its passes, in their order.
  static func passes(of hub: HubID, _ reader: LedgerReader) throws -> [String] {
    try reader.readNow { try JournalQueries.rows($0, of: hub) }.compactMap { row in
      if case .done(.passed(let pass)) = try row.entry() { pass.certificate } else { nil }
    }
  }

  // MARK: The hub's storage

  /// Fingerprint of the certificate in the hub's live identity.
  static func identity(of hub: SimulatedHub) -> String? {
    hub.live("certificate.pem").flatMap {
      try? Certificate(pem: String(decoding: $0, as: UTF8.self)).fingerprint
    }
  }

  private static func keyFits(_ hub: SimulatedHub) -> Bool {
    guard let key = hub.live("private.key"), let held = hub.live("certificate.pem"),
      let certificate = try? Certificate(pem: String(decoding: held, as: UTF8.self)),
      let signature = try? key.withUnsafeBytes({ try PrivateKey(pem: $0).sign([1, 2, 3]) })
    else { return false }
    return certificate.publicKey.verify(signature: signature, of: [1, 2, 3])
  }
}
