/// What the cloud holds of every unit, and how often each call took effect: what a test compares a ledger with.
struct CloudAudit: Hashable, Sendable, Codable {
  struct HeldCertificate: Hashable, Sendable, Codable {
    var id: String
    var status: String
    var attached: Bool
    var policies: [String]
  }

  struct HeldUnit: Hashable, Sendable, Codable {
    /// The Thing's name: by default the hub's UUID.
    var name: String
    var thingExists: Bool
    var attributes: [String: String]
    var groups: [String]
    /// Attached to the Thing, or naming it as their subject.
    var certificates: [HeldCertificate]
    /// How often ProvisionHub took effect; nil when it never did.
    var provisioned: Int?
    var serial: String?
    var model: String?
    var status: String?
    var organisation: String?
    var site: String?
    var online = false
  }

  struct HeldKey: Hashable, Sendable, Codable {
    var user: String
    var number: Int64
    var note: String?
  }

  /// By name.
  var units: [HeldUnit]
  /// Certificates that belong to no unit above.
  var orphans: [HeldCertificate]
  /// Numbers of locks -> their UUIDs.
  var locks: [Int64: String] = [:]
  var keys: [HeldKey] = []
  /// Effects since the cloud's first start, by operation.
  var effects: [String: Int]
  /// Calls since this start, by operation: answered, refused or struck by a fault.
  var calls: [String: Int]
  /// Faults that struck since this start: "CreateThing dropped-after" -> how often.
  var faults: [String: Int]
}

extension CloudState {
  func audit(calls: [String: Int] = [:], faults: [String: Int] = [:]) -> CloudAudit {
    var held: [String: [CloudAudit.HeldCertificate]] = [:]
    var orphans: [CloudAudit.HeldCertificate] = []
    var owners: [String: Set<String>] = [:]
    for thing in things.values { for id in thing.principals { owners[id, default: []].insert(thing.name) } }
    let hubNames = Set(hubs.values.map(\.thingName))
    for certificate in certificates.values.sorted(by: { $0.id < $1.id }) {
      var names = owners[certificate.id] ?? []
      let attached = !names.isEmpty
      if let name = certificate.commonName, things[name] != nil || hubNames.contains(name) {
        names.insert(name)
      }
      let entry = CloudAudit.HeldCertificate(
        id: certificate.id, status: certificate.status, attached: attached, policies: certificate.policies)
      if names.isEmpty { orphans.append(entry) }
      for name in names { held[name, default: []].append(entry) }
    }
    let hubsByThing = Dictionary(grouping: hubs.values, by: \.thingName)
    let units = Set(things.keys).union(hubNames).sorted().map { name -> CloudAudit.HeldUnit in
      let hub = hubsByThing[name]?.first
      return CloudAudit.HeldUnit(
        name: name, thingExists: things[name] != nil, attributes: things[name]?.attributes ?? [:],
        groups: things[name]?.groups ?? [], certificates: held[name] ?? [],
        provisioned: hubsByThing[name].map { $0.reduce(0) { $0 + $1.provisions } }, serial: hub?.serial,
        model: hub?.model, status: hub?.status, organisation: hub?.claim?.organisation,
        site: hub?.claim?.site, online: hub.map { isConnected($0) } ?? false)
    }
    return CloudAudit(
      units: units, orphans: orphans, locks: locks.mapValues(\.uuid),
      keys: keyrings.sorted { $0.key < $1.key }.flatMap { user, ring in
        ring.keys.map { .init(user: user, number: $0.number, note: $0.note) }
      }, effects: effects, calls: calls, faults: faults)
  }
}
