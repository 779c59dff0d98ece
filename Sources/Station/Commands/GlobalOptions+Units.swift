extension GlobalOptions {
  /// The one hub that a serial number or a UUID means.
  func unit(_ text: String) async throws -> UnitRecord {
    let reader = try reading()
    defer { try? reader.close() }
    let units = try await reader.units(matching: text)
    let shown = PrintableText.of(text, limit: 64)
    guard let unit = units.first else {
      throw CommandError(
        .badData, code: "unit-unknown", "No hub \(shown) in this ledger.",
        hint: "`station units --text PART` finds part of a serial.")
    }
    guard units.count == 1 else {
      throw CommandError(
        .badData, code: "unit-ambiguous", "\(units.count) hubs of several models have the serial \(shown).",
        hint: "Name the hub by its UUID: `station units --text \(shown)`.")
    }
    return unit
  }

  /// The hub as the cloud is told of it.
  func identity(of unit: UnitRecord, _ settings: StationSettings) throws -> UnitIdentity {
    guard let passed = unit.passed else {
      throw CommandError(
        .badData, code: "unit-unfinished", "Hub \(unit.serial.text) is not finished.",
        hint: "Only a hub that passed is known to the cloud.")
    }
    let model = settings.models.first { $0.id == unit.model }
    return UnitIdentity(
      hub: unit.hub, serial: unit.serial, model: unit.model, vendorName: model?.vendorName ?? "",
      thing: passed.thing, certificate: passed.certificate)
  }
}
