import SerialFlasher
import Synchronization

@testable import Station

/// Bugs that a careful person could write. The matrix must see each of them; else it proves nothing.
enum Plant: String, CaseIterable, Sendable {
  /// PRAGMA synchronous = NORMAL: the last commits are lost with the power.
  case synchronousNormal
  /// The tile is green before the row is durable.
  case greenBeforeCommit
  /// The identity is not synced on the hub.
  case deliverWithoutSync
  /// After a crash the delivery is simply done again.
  case deliverRepeated
  /// After a crash an identity that the hub shows is taken for one that it keeps.
  case recoveryWithoutSync
  /// What the cloud is owed is written after the pass, not with it.
  case outboxInItsOwnTransaction
  /// "Settled" is written before the cloud has it.
  case doneBeforeEffect
  /// After a restart the hub in the slot is taken for the one that was there before.
  case recoveryTrustsTheSlot
  /// What is owed of the old identity is written after a rework's delivery began, not with it.
  case oldIdentityInItsOwnTransaction

  /// Where it shows, if not on any route.
  var route: PowerCutRoute? {
    guard self == .oldIdentityInItsOwnTransaction else { return nil }
    return PowerCutRoute(
      signer: .ownAuthority, key: .hub, network: .online, comesBack: .sameSlot, errand: .rework)
  }

  /// Some show only in a corner that a draw would seldom hit.
  func provoke(_ scene: inout PowerCutCase, of lengths: [PowerCut.Kind: Int]) {
    // By the seed's upper half: the world itself decides by the lowest bit.
    func cutOnce(_ kind: PowerCut.Kind) {
      scene.cuts = [PowerCut(kind: kind, number: 1 + Int((scene.seed >> 32) % UInt64(lengths[kind] ?? 1)))]
    }
    switch self {
    case .recoveryWithoutSync:
      scene.loss = .nothing
      scene.route.comesBack = .sameSlot
      cutOnce(.hub)
    case .oldIdentityInItsOwnTransaction: cutOnce(.journal)
    case .greenBeforeCommit: cutOnce(.disk)
    default: break
    }
  }

  /// The steps that are performed wrongly.
  func steps(_ bench: Bench) -> [Step: any StepPerformer] {
    switch self {
    case .deliverRepeated: [.deliver: RepeatedDeliver(shipped: DeliverStep(bench: bench))]
    case .recoveryWithoutSync: [.deliver: UnsyncedDeliver(shipped: DeliverStep(bench: bench))]
    default: [:]
    }
  }
}

/// A delivery that believes what it sees.
struct UnsyncedDeliver: StepPerformer {
  let shipped: DeliverStep

  func perform(_ visit: Visit, story: HubStory) async throws(Fault) -> Evidence {
    try await shipped.perform(visit, story: story)
  }

  func recover(_ visit: Visit, story: HubStory) async throws(Fault) -> Evidence? {
    guard let certified = story.generation.certified?.evidence,
      visit.identification?.heldCertificate == certified.fingerprint, visit.identification?.proof != nil
    else { return nil }
    return .delivered(.init(digests: [:], found: true))
  }
}

/// A delivery that does not ask what became of the last one.
struct RepeatedDeliver: StepPerformer {
  let shipped: DeliverStep

  func perform(_ visit: Visit, story: HubStory) async throws(Fault) -> Evidence {
    try await shipped.perform(visit, story: story)
  }

  func recover(_ visit: Visit, story: HubStory) async throws(Fault) -> Evidence? {
    try await shipped.perform(visit, story: story)
  }
}

/// A cloud client that says "done" and does it a little later.
final class EarlyEffects: CloudEffect {
  private let shipped: CloudEffects
  private let promised = Mutex<OutboxIntent?>(nil)

  init(_ shipped: CloudEffects) { self.shipped = shipped }

  func probe(_ intent: OutboxIntent) async throws(Fault) -> EffectEvidence? {
    try await keep()
    return try await shipped.probe(intent)
  }

  func call(_ intent: OutboxIntent) async throws(Fault) -> EffectEvidence {
    try await keep()
    guard intent.kind != .confirmHub else { return try await shipped.call(intent) }
    promised.withLock { $0 = intent }
    return EffectEvidence(wasThere: false, httpStatus: 200, request: nil, values: [:])
  }

  func compare(_ intent: OutboxIntent, _ answer: EffectEvidence) async throws(Fault) -> EffectEvidence {
    try await shipped.compare(intent, answer)
  }

  private func keep() async throws(Fault) {
    let due = promised.withLock { promised in
      defer { promised = nil }
      return promised
    }
    if let due { _ = try await shipped.call(due) }
  }
}

/// What each slot's hub said last, in the head of a station that trusts its slots.
final class SlotMemory: Sendable {
  private let facts = Mutex<[SlotName: HubFacts]>([:])

  func recall(_ slot: SlotName) -> HubFacts? { facts.withLock { $0[slot] } }
  func keep(_ said: HubFacts, of slot: SlotName) { facts.withLock { $0[slot] = said } }
}

/// A conversation that believes the slot instead of the hub.
final class TrustingHub: HubDriver {
  private let hub: InProcessHub
  private let slot: SlotName
  private let memory: SlotMemory
  /// The first answer after a restart comes from memory.
  private let believed = Atomic(false)

  init(_ hub: InProcessHub, slot: SlotName, memory: SlotMemory) {
    self.hub = hub
    self.slot = slot
    self.memory = memory
  }

  func identify() async throws(HubError) -> HubFacts {
    let said = try await hub.identify()
    if !believed.exchange(true, ordering: .sequentiallyConsistent), var recalled = memory.recall(slot) {
      recalled.certificatePEM = said.certificatePEM
      return recalled
    }
    memory.keep(said, of: slot)
    return said
  }

  func begin() async throws(HubError) { try await hub.begin() }
  func stagedKeyRequest(commonName: String, serialNumber: String) async throws(HubError) -> String {
    try await hub.stagedKeyRequest(commonName: commonName, serialNumber: serialNumber)
  }
  func discardStaged(includingKey: Bool) async throws(HubError) {
    try await hub.discardStaged(includingKey: includingKey)
  }
  func stage(_ files: [HubFile], progress: @Sendable (Int, Int) -> Void) async throws(HubError) {
    try await hub.stage(files, progress: progress)
  }
  func activateStaged() async throws(HubError) { try await hub.activateStaged() }
  func digests(of paths: [String]) async throws(HubError) -> [String: String] {
    try await hub.digests(of: paths)
  }
  func prove(_ message: [UInt8]) async throws(HubError) -> [UInt8] { try await hub.prove(message) }
  func check(_ name: String) async throws(HubError) -> String { try await hub.check(name) }
  func setNetwork(_ network: HubNetwork) async throws(HubError) { try await hub.setNetwork(network) }
  func finish() async throws(HubError) { try await hub.finish() }
}
