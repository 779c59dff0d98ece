/// Writes down what the cloud is to hear because a person said so: claims, locks, keys. Durable when it returns; sent
/// when the courier comes to it, offline or not.
struct Owing: Sendable {
  let journal: any Journaling
  let clock: any StationClock
  let randomness: any Randomness

  /// More in one request would hold up the slots, and the Door's answer would be too long.
  static let most = 5_000

  /// All of them or none.
  ///
  /// - Returns: the entries, in order.
  /// - Throws: `value-invalid` naming the wrong field, `lock-conflict`, and the ledger's faults.
  func owe(_ effects: [Effect], actor: String) async throws(Fault) -> [OutboxEntry] {
    guard effects.count <= Self.most else {
      throw VendorRules.invalid("entries", String(effects.count), "at most \(Self.most) at once")
    }
    for effect in effects { try effect.check() }
    let now = clock.now()
    let intents = effects.map { effect in
      // A key's token is its entry's id, so that either finds the other.
      OutboxIntent(
        entry: effect.ownEntry ?? TimeOrderedUUID.text(time: now, random: randomness.bytes(10)),
        effect: effect)
    }
    let rows = try await journal.append(
      AppendRequest(intents.map { JournalDraft(actor: actor, hub: $0.hub, entry: .owed($0)) }))
    return zip(intents, rows).map { intent, row in
      OutboxEntry(intent: intent, state: .owed, sequence: row.sequence, since: row.time)
    }
  }

  /// - Throws: `lock-unknown`, `lock-packed`, and the ledger's faults.
  func pack(_ locks: [Int64], with hub: HubID, actor: String) async throws(Fault) {
    _ = try await journal.append(
      AppendRequest(locks.map { JournalDraft(actor: actor, hub: hub, entry: .packed(lock: $0)) }))
  }

  func unpack(_ locks: [Int64], from hub: HubID, actor: String) async throws(Fault) {
    _ = try await journal.append(
      AppendRequest(locks.map { JournalDraft(actor: actor, hub: hub, entry: .unpacked(lock: $0)) }))
  }
}

extension Effect {
  fileprivate var ownEntry: String? {
    if case .addPhysicalKey(let order) = self { order.token } else { nil }
  }
}
