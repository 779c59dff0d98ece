import Foundation

@testable import Station

/// Many hubs' stories, mixed like on a busy floor, from one seed: plausible ones for the most part, and now and then
/// rows in an order that the pipeline would never write.
struct RandomHistory {
  private var random: ScratchLedger.Seeded
  private let hubs: Int
  private var attempts = 0
  private var orders = 0
  private var certificates = 0
  private var current: [Int: Int] = [:]
  private var owed: [Int: [OutboxIntent]] = [:]
  private var passedWith: [Int: Int] = [:]

  init(seed: UInt64, hubs: Int) {
    random = ScratchLedger.Seeded(state: seed)
    self.hubs = hubs
  }

  mutating func next() -> AppendRequest {
    let hub = Int.random(in: 0..<hubs, using: &random)
    let slot = "A\(hub % 8)"
    func draft(_ number: Int?, _ attempt: Int?, _ entry: JournalEntry) -> JournalDraft {
      ScratchLedger.draft(number, attempt: attempt, slot: slot, entry)
    }
    let fault = Fault(
      [.hubSilent, .thingConflict, .throttled, .hubOffline, .checkOutside].randomElement(using: &random)
        ?? .hubSilent, ["n": "\(hub)"])
    guard let attempt = current[hub] else {
      attempts += 1
      current[hub] = attempts
      return AppendRequest(draft(nil, attempts, .opened(device: "/dev/ttyUSB\(hub)")))
    }
    switch Int.random(in: 0..<20, using: &random) {
    case 0...3:
      // Now and then one with another's serial: refused, and nothing of it may stay.
      let serial = Int.random(in: 0..<25, using: &random) == 0 ? "SPK\(10_000_000 + (hub + 1) % hubs)" : nil
      return AppendRequest([
        draft(hub, attempt, .began(.finish)),
        draft(hub, attempt, ScratchLedger.identified(hub, serial: serial, mac: "02:00:00:00:00:0\(hub % 9)")),
      ])
    case 4: return AppendRequest(draft(hub, attempt, .began(.deliver)))
    case 5: return AppendRequest(draft(hub, attempt, .done(.flashed(version: "2.\(attempt)"))))
    case 6...8:
      certificates += 1
      passedWith[hub] = certificates
      let intents = ScratchLedger.owed(hub, certificate: certificates)
      owed[hub, default: []] += intents
      current[hub] = nil
      return AppendRequest(
        [draft(hub, attempt, ScratchLedger.passed(hub, certificate: certificates))]
          + intents.map { draft(hub, attempt, .owed($0)) } + [draft(hub, attempt, .closed(.passed, nil))])
    case 9:
      current[hub] = nil
      return AppendRequest([
        draft(hub, attempt, .failed(.check, fault)), draft(hub, attempt, .closed(.failed, fault)),
      ])
    case 10:
      // Closed before it was known which hub it was.
      current[hub] = nil
      return AppendRequest(draft(nil, attempt, .closed(.aborted, Fault(.unplugged))))
    case 11:
      let void = passedWith[hub].map { [ScratchLedger.certificate($0)] } ?? []
      return AppendRequest(draft(hub, attempt, .restarted(revoking: void)))
    case 12:
      return AppendRequest(draft(hub, nil, Bool.random(using: &random) ? .held(fault) : .freed(reason: "ok")))
    default:
      guard let entry = owed[hub]?.randomElement(using: &random)?.entry else {
        return AppendRequest(draft(hub, attempt, .began(.forge)))
      }
      // Some without the hub, as a careless writer would.
      let number = Int.random(in: 0..<4, using: &random) == 0 ? nil : hub
      switch Int.random(in: 0..<14, using: &random) {
      case 9: return AppendRequest(draft(number, nil, .resent(entry: entry, reason: "lost")))
      case 10: return AppendRequest(draft(number, nil, .givenUp(entry: entry, reason: "boxed")))
      case 11...13: return vendors(hub)
      case 8:
        // All that is owed for one identity, as on a good day.
        let same = (owed[hub] ?? []).filter { $0.unit?.certificate == owed[hub]?.last?.unit?.certificate }
        return AppendRequest(
          same.flatMap { intent in
            [
              draft(hub, nil, .sending(entry: intent.entry)),
              draft(hub, nil, .settled(entry: intent.entry, EffectEvidence(wasThere: false))),
            ]
          })
      case 0...1: return AppendRequest(draft(number, nil, .sending(entry: entry)))
      case 2...4:
        return AppendRequest([
          draft(number, nil, .sending(entry: entry)),
          draft(number, nil, .settled(entry: entry, EffectEvidence(wasThere: false))),
        ])
      case 5: return AppendRequest(draft(number, nil, .delayed(entry: entry, fault)))
      case 6:
        return AppendRequest([
          draft(number, nil, .parked(entry: entry, fault)), draft(number, nil, .held(fault)),
        ])
      default: return AppendRequest(draft(number, nil, .released(entry: entry, reason: "seen to")))
      }
    }
  }

  /// What a person has the station do through the vendor's other calls.
  private mutating func vendors(_ hub: Int) -> AppendRequest {
    let unit = UnitIdentity.sample(
      ScratchLedger.hub(hub), certificate: ScratchLedger.certificate(passedWith[hub] ?? 0))
    let lock = Int64.random(in: 1...30, using: &random)
    let effects: [Effect]
    switch Int.random(in: 0..<5, using: &random) {
    case 0: effects = [.claimHub(unit, .sample)]
    case 1:
      effects = [
        .suspendHub(unit, Suspension(reason: "r", user: "u", until: Timestamp(milliseconds: 5))),
        .revokeCertificate(unit, by: Timestamp(milliseconds: 5)),
      ]
    case 2: effects = [.createLock(.sample(lock))]
    case 3: return AppendRequest(ScratchLedger.draft(hub, .packed(lock: lock)))
    default: return AppendRequest(ScratchLedger.draft(hub, .unpacked(lock: lock)))
    }
    let intents = effects.map { effect in
      orders += 1
      return OutboxIntent(entry: "order-\(orders)", effect: effect)
    }
    owed[hub, default: []] += intents
    return AppendRequest(intents.map { ScratchLedger.draft($0.hub == nil ? nil : hub, .owed($0)) })
  }
}
