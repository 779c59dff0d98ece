/// What the cloud has to hear of a unit that must never work again: it was scrapped, or it is recalled.
///
/// The vendor is asked first to suspend the hub; whatever comes of that, the certificate is revoked when it is answered
/// or when the time is over. A scrapped hub is mostly not connected, and a suspension then waits for ever (502).
struct Retirement: Hashable, Sendable {
  var unit: UnitIdentity
  var reason: String
  /// The vendor's `userId` in whose name hubs are suspended (`cloud.vendor.user-id`); nil: the vendor is not asked.
  var user: String?
  /// The certificate is revoked then at the latest.
  var revokeBy: Timestamp

  /// In their order; the caller writes them as `owed` rows of the hub, in the transaction of its own row.
  ///
  /// - Parameter entry: makes the id of each entry.
  func intents(entry: () -> String) -> [OutboxIntent] {
    var effects: [Effect] = []
    if let user {
      effects.append(.suspendHub(unit, Suspension(reason: reason, user: user, until: revokeBy)))
    }
    effects.append(.revokeCertificate(unit, by: revokeBy))
    return effects.map { OutboxIntent(entry: entry(), effect: $0) }
  }
}
