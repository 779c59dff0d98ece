/// How this station ends units that were scrapped or are recalled.
struct RetirementRule: Sendable {
  /// The vendor's `userId` in whose name hubs are suspended; nil: the vendor is not asked.
  var user: String?
  /// From the decision to the revocation, at most.
  var within: Duration = .seconds(3_600)
  var clock: any StationClock = SystemClock()
  var randomness: any Randomness = SystemRandomness()

  init(
    user: String? = nil, within: Duration = .seconds(3_600), clock: any StationClock = SystemClock(),
    randomness: any Randomness = SystemRandomness()
  ) {
    self.user = user
    self.within = within
    self.clock = clock
    self.randomness = randomness
  }

  init(
    _ cloud: CloudSettings, clock: any StationClock = SystemClock(),
    randomness: any Randomness = SystemRandomness()
  ) {
    self.init(
      user: cloud.vendor.user, within: cloud.revokeWithin, clock: clock, randomness: randomness)
  }

  /// What the cloud has to hear; nothing for a unit that never got an identity.
  ///
  /// - Parameters:
  ///   - reason: for the vendor.
  ///   - rows: the unit's, which name it as the cloud was told of it.
  func intents(for unit: UnitRecord, reason: String, rows: [JournalRow]) throws(Fault) -> [OutboxIntent] {
    guard let passed = unit.passed else { return [] }
    var identity = UnitIdentity(
      hub: unit.hub, serial: unit.serial, model: unit.model, vendorName: "", thing: passed.thing,
      certificate: passed.certificate)
    for row in rows where row.kind == "outbox.owed" {
      guard case .owed(let intent) = try row.entry(), let told = intent.unit,
        told.certificate == passed.certificate
      else { continue }
      identity = told
    }
    let now = clock.now()
    return Retirement(unit: identity, reason: reason, user: user, revokeBy: now.advanced(by: within))
      .intents { TimeOrderedUUID.text(time: now, random: randomness.bytes(10)) }
  }
}
