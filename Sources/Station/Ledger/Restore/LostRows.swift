/// Rows that are known to have been written and cannot be put into the chain: what they still say of units.
struct LostRows {
  private(set) var newest: Timestamp?
  private(set) var units: [HubID: LostUnit] = [:]

  /// Whatever was lost of a unit, it may have been the row that held or scrapped it.
  ///
  /// - Parameter known: what the restored ledger has of a hub; most rows do not say who it is.
  mutating func take(_ row: JournalRow, known: (HubID) -> [LostUnit]) {
    newest = max(newest ?? row.time, row.time)
    guard let hub = row.hub else { return }
    if units[hub] == nil {
      for unit in known(hub) { add(hub, unit) }
    }
    switch try? row.entry() {
    case .done(.identified(let found)): add(hub, LostUnit(found))
    case .done(.certified(let certified)): units[hub]?.add(certified.fingerprint)
    case .done(.passed(let pass)):
      units[hub]?.add(pass.certificate)
      units[hub]?.passed = true
    case .owed(let intent):
      guard let unit = intent.unit else { return }
      add(
        hub,
        LostUnit(
          serial: unit.serial, model: unit.model, mac: nil, certificates: [unit.certificate], passed: true))
    case .recovered(let unit): add(hub, unit)
    default: break
    }
  }

  /// What another place says of the same unit.
  mutating func add(_ hub: HubID, _ unit: LostUnit) {
    guard var known = units[hub] else {
      units[hub] = unit
      return
    }
    for certificate in unit.certificates { known.add(certificate) }
    known.mac = known.mac ?? unit.mac
    known.passed = known.passed || unit.passed
    units[hub] = known
  }
}

extension LostUnit {
  init(_ found: Identification) {
    self.init(serial: found.serial, model: found.model, mac: found.mac, certificates: [], passed: false)
  }

  fileprivate mutating func add(_ certificate: String) {
    if !certificates.contains(certificate) { certificates = (certificates + [certificate]).sorted() }
  }
}
