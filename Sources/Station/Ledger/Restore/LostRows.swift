/// Rows that are known to have been written and cannot be put into the chain: what they still say of units.
struct LostRows {
  private(set) var count = 0
  private(set) var newest: Timestamp?
  private(set) var units: [HubID: LostUnit] = [:]

  /// Only a row whose contents belong to its own hash is believed.
  mutating func take(_ row: JournalRow) {
    guard JournalHash.of(row) == row.hash else { return }
    count += 1
    newest = max(newest ?? row.time, row.time)
    guard let hub = row.hub, let entry = try? row.entry() else { return }
    switch entry {
    case .done(.identified(let found)):
      add(
        hub,
        LostUnit(
          serial: found.serial, model: found.model, mac: found.mac, certificates: [], passed: false))
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

  /// Units that the restored ledger knows well enough.
  mutating func forget(_ isKnown: (HubID, LostUnit) -> Bool) {
    units = units.filter { !isKnown($0.key, $0.value) }
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
  fileprivate mutating func add(_ certificate: String) {
    if !certificates.contains(certificate) { certificates = (certificates + [certificate]).sorted() }
  }
}
