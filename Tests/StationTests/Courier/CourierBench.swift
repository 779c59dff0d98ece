import Foundation
import Synchronization
import Testing

@testable import Station

/// A courier on simulated time, with a scripted cloud.
struct CourierBench {
  static let kinds: [EffectKind] = [
    .registerCertificate, .createThing, .attachPrincipal, .attachPolicy, .provisionHub, .confirmHub,
  ]

  let clock = ManualClock()
  let ledger = CourierMemoryLedger()
  let cloud: ScriptedCloud
  let versions = Versions()
  let keys = Keys()
  let settings: CourierSettings
  let seed: UInt64
  /// Instead of the one in memory.
  let onDisk: Ledger?

  actor Versions {
    var current: [Lane: String] = [.aws: "key-1", .vendor: "key-1"]
    func set(_ lane: Lane, _ version: String) { current[lane] = version }
  }

  /// Whether the cloud takes what the station holds.
  final class Keys: Sendable {
    private let rotated = Atomic<Bool>(false)
    var isOld: Bool { !rotated.load(ordering: .sequentiallyConsistent) }
    func rotate() { rotated.store(true, ordering: .sequentiallyConsistent) }
  }

  init(_ settings: CourierSettings = CourierSettings(), seed: UInt64 = 7, onDisk: Ledger? = nil) {
    self.settings = settings
    self.seed = seed
    self.onDisk = onDisk
    cloud = ScriptedCloud(clock: clock)
  }

  func courier() -> Courier {
    Courier(
      journal: onDisk ?? ledger, outbox: onDisk ?? ledger, effects: cloud.effects, clock: clock,
      randomness: CourierRandomness(seed: seed), settings: settings
    ) { [versions] lane in await versions.current[lane] }
  }

  static func hub(_ number: Int) throws -> HubID {
    let digits = String(number, radix: 16)
    return try #require(
      HubID("00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits))
  }

  /// Units that passed: their entries are owed.
  ///
  /// - Parameter first: the number of the first entry, for units that are owed some already.
  func owe(units: Range<Int>, kinds: [EffectKind] = CourierBench.kinds, from first: Int = 0) async throws {
    for unit in units {
      let hub = try Self.hub(unit)
      let journal: any Journaling = onDisk ?? ledger
      _ = try await journal.append(
        AppendRequest(
          kinds.enumerated().map { order, kind in
            JournalDraft(
              hub: hub,
              entry: .owed(
                OutboxIntent(
                  entry: "\(unit)-\(first + order)", effect: Effect(kind, .sample(hub, serial: "S\(unit)")))))
          }))
    }
  }

  /// Lets simulated time pass until the condition holds, moving it only when everybody waits for it.
  func drive(_ courier: Courier, for limit: Duration = .seconds(86_400), until done: () async throws -> Bool)
    async throws
  {
    let end = clock.uptime() + limit
    while true {
      try await settle(courier)
      if try await done() { return }
      guard let next = clock.nextDeadline, next <= end else {
        Issue.record("not done after \(limit) of simulated time")
        return
      }
      clock.wakeNext()
    }
  }

  /// Lets simulated time pass.
  func pass(_ duration: Duration, _ courier: Courier) async throws {
    let end = clock.uptime() + duration
    while true {
      try await settle(courier)
      guard let next = clock.nextDeadline, next <= end else { break }
      clock.wakeNext()
    }
    clock.advance(by: end - clock.uptime())
    try await settle(courier)
  }

  /// Until nothing moves but by the clock: the loop rests, and every child task sleeps.
  private func settle(_ courier: Courier) async throws {
    try await eventually("everybody waits for the clock") { await isSettled(courier) }
  }

  private func isSettled(_ courier: Courier) async -> Bool {
    guard let rest = await courier.rest else { return false }
    let sleeping = cloud.sleeping
    guard rest.working == sleeping, clock.sleeperCount == rest.alarms + sleeping else { return false }
    // These were looked at one after the other: the loop must have rested all the while.
    return await courier.rest?.turn == rest.turn
  }

  /// Lets simulated time pass until the courier has ended of itself.
  func end(of courier: Courier) async throws {
    try await eventually("the courier ends") {
      if await isSettled(courier) { clock.wakeNext() }
      return await !courier.isRunning
    }
  }

  /// Runs a courier while `body` runs.
  func running(_ body: (Courier) async throws -> Void) async throws {
    let courier = courier()
    let run = Task { try await courier.run() }
    defer { run.cancel() }
    try await body(courier)
    run.cancel()
    try await run.value
  }

  func count(_ state: OutboxEntry.State) async throws -> Int {
    let outbox: any OutboxReading = onDisk ?? ledger
    return try await outbox.outboxCounts()[state] ?? 0
  }

  func kinds(of unit: Int) async throws -> [String] {
    try await ledger.rows(of: Self.hub(unit)).map(\.kind).filter { $0 != "outbox.owed" }
  }
}
