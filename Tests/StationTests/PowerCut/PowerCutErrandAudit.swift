@testable import Station

/// What must be true of the errand after every case: done once in effect, and known to be done.
struct PowerCutErrandAudit {
  let world: PowerCutWorld
  let reader: LedgerReader
  let cloud: CloudAudit

  /// A call that must not be sent twice may end as unknown; what a hub's end made void stays void.
  static func mayEnd(_ entry: OutboxEntry) -> Bool {
    switch entry.state {
    case .parked: entry.fault?.code == .keyUnknown
    case .superseded: entry.intent.kind.isRegistration
    default: false
    }
  }

  static func status(of hub: SimulatedHub, in world: PowerCutWorld) -> String {
    guard hub === world.hubs[0] else { return "Provisioned" }
    switch world.scene.route.errand {
    case .claim, .move, .batch: return "Claimed"
    default: return "Provisioned"
    }
  }

  func findings() throws -> [String] {
    guard let errand = world.scene.route.errand, let hub = PowerCutWorld.hubID(world.hubs[0]) else {
      return []
    }
    let there = cloud.units.first { $0.name == hub.text }
    switch errand {
    case .claim, .move, .batch:
      let isThere =
        there?.site == PowerCutErrand.site && there?.organisation == world.stage.account.organisation
      let times = cloud.effects["ClaimHub"] ?? 0
      guard isThere, times == (errand == .move ? 2 : 1) else {
        return ["claimed \(times) times, for \(there?.site ?? "nobody")"]
      }
      return []
    case .retire: return try retired(hub, there)
    case .lock:
      let kit = try reader.readNow { try LockQueries.kit($0, of: hub) }
      let created = cloud.effects["CreateLock"] ?? 0
      guard cloud.locks == [PowerCutErrand.lock.id: PowerCutErrand.lock.uuid], created == 1,
        kit.map(\.id) == [PowerCutErrand.lock.id]
      else { return ["lock made \(created) times, in the cloud \(cloud.locks), in the box \(kit.map(\.id))"] }
      return []
    case .key: return try issued()
    case .rework: return try reworked(hub, there)
    case .adoption: return try adopted(hub)
    case .network:
      let told = world.hubs[0].examine { $0.storage.durableNetwork }
      let lines = "\(PowerCutErrand.network.ssid)\n\(PowerCutErrand.network.passphrase)\n"
      return told == Array(lines.utf8) ? [] : ["passed, and the hub's storage has no network"]
    case .question:
      let asked = try reader.readNow { try OutboxQueries.entries($0, OutboxFilter(kind: .sendHubCommand)) }
      let answers = asked.map { $0.evidence?.values["answer"] ?? "none" }
      guard answers.count == 1, answers[0].contains("schema_version") else { return ["answered: \(answers)"] }
      return []
    }
  }

  /// The vendor was told where it knows the hub, and nothing that the hub ever held works.
  private func retired(_ hub: HubID, _ there: CloudAudit.HeldUnit?) throws -> [String] {
    var findings: [String] = []
    let unit = try reader.readNow { try UnitQueries.unit($0, hub) }
    if unit?.disposition != .scrapped {
      findings.append("never scrapped: \(unit?.standing.description ?? "gone")")
    }
    let active = (there?.certificates ?? []).filter { $0.status != "REVOKED" }
    if !active.isEmpty { findings.append("a retired hub has certificates \(active)") }
    if let there, there.provisioned != nil, there.status != "Suspended" {
      findings.append("a retired hub is \(there.status ?? "nothing")")
    }
    return findings
  }

  /// Two passes, and nothing that the hub held before works or is attached.
  private func reworked(_ hub: HubID, _ there: CloudAudit.HeldUnit?) throws -> [String] {
    let passes = try PowerCutAudit.passes(of: hub, reader)
    guard passes.count == 2, let now = passes.last else { return ["reworked, with passes \(passes)"] }
    var findings: [String] = []
    let old = (there?.certificates ?? []).filter { $0.id != now }
    if let usable = old.first(where: { $0.status == "ACTIVE" || $0.attached }) {
      findings.append("an old identity is \(usable.status), attached: \(usable.attached)")
    }
    if there?.attributes["certId"] != now { findings.append("the Thing names \(there?.attributes ?? [:])") }
    let unit = try reader.readNow { try UnitQueries.units($0, matching: hub.text).first }
    if unit?.standing.description != "released" {
      findings.append("reworked, and \(unit?.standing.description ?? "gone")")
    }
    return findings
  }

  /// The other station's identity, and none beside it.
  private func adopted(_ hub: HubID) throws -> [String] {
    let passes = try PowerCutAudit.passes(of: hub, reader)
    let made = PowerCutAudit.identity(of: world.hubs[0])
    guard passes == [world.elsewhere].compactMap({ $0 }), made == world.elsewhere else {
      return ["adopted \(world.elsewhere?.prefix(8) ?? "nothing"), passes \(passes), hub holds \(made ?? "")"]
    }
    return []
  }

  /// Once in the cloud and known here, or not there and parked for a person.
  private func issued() throws -> [String] {
    let entries = try reader.readNow { try OutboxQueries.entries($0, OutboxFilter(kind: .addPhysicalKey)) }
    let token = PowerCutErrand.order.token
    let numbers = cloud.keys.filter { $0.note?.contains(token) == true }.map(\.number)
    guard entries.count == 1, let entry = entries.first else { return ["\(entries.count) orders of one key"] }
    let known = entry.evidence?.values["number"].flatMap { Int64($0) }
    switch entry.state {
    case .settled where numbers.count == 1 && numbers.first == known: return []
    case .parked where numbers.isEmpty: return []
    default: return ["key \(entry.state), known as \(known ?? 0), in the cloud \(numbers)"]
    }
  }
}
