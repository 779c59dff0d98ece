import CertForge
import Foundation
import GRDB
import SerialFlasher
import Synchronization

@testable import Station

/// One life of a station: from its start to a cut of power, or to its end.
struct PowerCutLife: Sendable {
  let world: PowerCutWorld
  let number: Int
  let path: String
  let power: PowerSwitch
  /// Nothing cuts it: the network is back in the end, and everything is brought home.
  let isLast: Bool
  let seed: UInt64

  init(_ world: PowerCutWorld, number: Int, folder: TornFolder, power: PowerSwitch, isLast: Bool) {
    self.world = world
    self.number = number
    path = folder.ledger
    self.power = power
    self.isLast = isLast
    seed = world.scene.seed &+ UInt64(number) &* 1_000_003
  }

  /// - Returns: what was wrong already while it lived.
  func live(on executor: SeededExecutor) -> [String] {
    let ledger: Ledger
    do throws(Fault) { ledger = try Self.open(path, station: "A", world.clock) } catch {
      return power.isOff ? [] : ["life \(number) does not start: \(error.code.rawValue) \(error.values)"]
    }
    var findings = lost(in: ledger)
    let ended = executor.run(
      { [self] in
        await work(PowerCutJournal(ledger: ledger, power: power, plant: world.plant) { world.showGreen($0) })
      },
      whenIdle: { world.clock.wakeNext() })
    if !ended { findings.append("life \(number) stands still") }
    do throws(Fault) { try ledger.close() } catch {
      if !power.isOff { findings.append("life \(number) does not close: \(error.code.rawValue)") }
    }
    return findings
  }

  static func open(_ path: String, station: String, _ clock: any StationClock) throws(Fault) -> Ledger {
    try Ledger.open(
      path: path, station: station, clock: clock, versions: StationStart(version: "test", settings: "none"))
  }

  /// Green tiles that the ledger knows nothing of after the restart.
  private func lost(in ledger: Ledger) -> [String] {
    guard !power.isOff else { return [] }
    return world.greens.withLock { Array($0.keys) }.sorted().compactMap { hub in
      let passed = try? ledger.reader.readNow { try UnitQueries.units($0, matching: hub.text).first?.passed }
      return passed == nil && !power.isOff
        ? "green and not in the ledger after restart \(number): \(hub)" : nil
    }
  }

  // MARK: Work

  private func work(_ journal: PowerCutJournal) async {
    guard let effects = effects(world.network) else { return }
    let courier = courier(journal, effects)
    await withTaskGroup(of: Void.self) { group in
      group.addTask { try? await courier.run() }
      let runner = runner(journal, effects, seed: seed)
      await makeUnits(journal, runner)
      // Offline: as long as the first life lasts. What is brought home later is cut too.
      if isLast || world.scene.route.network != .offline || number > 0 { world.network.set(true) }
      if isLast { await putInAgain(journal, runner) }
      await decide(journal, runner)
      await PowerCutErrand(world: world, power: power, seed: seed).run(journal)
      await courier.wake()
      await drain(journal, courier)
      await courier.stop(within: .seconds(2))
      group.cancelAll()
    }
  }

  func courier(_ journal: PowerCutJournal, _ effects: CloudEffects) -> Courier {
    let shown: any CloudEffect = world.plant == .doneBeforeEffect ? EarlyEffects(effects) : effects
    return Courier(
      journal: journal, outbox: journal, effects: shown, clock: world.clock,
      randomness: CourierRandomness(seed: seed), settings: CourierSettings(world.stage.cloud),
      logger: SimulatedCloud.quiet
    ) { await effects.credentialVersion($0) }
  }

  func effects(_ network: PowerCutNetwork) -> CloudEffects? {
    try? CloudEffects(
      world.stage.cloud, store: EndpointStore(get: { _ in nil }, set: { _, _ in }), clock: world.clock,
      environment: world.stage.environment,
      exchange: PowerCutExchange(desk: world.desk, power: power, network: network))
  }

  func drain(_ journal: PowerCutJournal, _ courier: Courier) async {
    // Longer than the longest back-off of an offline lane.
    let end = world.clock.uptime() + .seconds(isLast ? 3_600 : 20)
    await courier.wake()
    while !power.isOff, world.clock.uptime() < end {
      guard let counts = try? await journal.outboxCounts() else { return }
      if (counts[.owed] ?? 0) + (counts[.sending] ?? 0) == 0 { return }
      do { try await world.clock.sleep(for: .milliseconds(500)) } catch { return }
    }
  }

  private func makeUnits(_ journal: PowerCutJournal, _ runner: Runner) async {
    let open = (try? journal.ledger.reader.readNow { try AttemptQueries.open($0) }) ?? []
    do throws(Fault) {
      try await LiveStation.settle(journal, after: open, StationStart(version: "test", settings: "none"))
    } catch { return }
    if world.scene.route.errand == .batch, await !openBatch(journal) { return }
    // As the checkpointer's thread does now and then: the log is moved into the file.
    if seed % 2 == 0 {
      do { _ = try journal.ledger.writer.look { try $0.checkpoint(.truncate) } } catch { return }
    }
    let (hub, other) = (world.hubs[0], world.hubs[1])
    let (first, second) = (PowerCutStage.slots[0], PowerCutStage.slots[1])
    guard number > 0 else { return await put(hub, in: first, runner) }
    switch world.scene.route.comesBack {
    case .sameSlot: await put(hub, in: first, runner)
    case .otherSlot: await put(hub, in: second, runner)
    case .otherHubFirst:
      await put(other, in: first, runner)
      await put(hub, in: first, runner)
    case .neverBack: await put(other, in: first, runner)
    case .otherStation:
      await visitElsewhere(hub)
      await put(hub, in: first, runner)
    }
  }

  /// Once, in whichever life it is durable; whether it is there.
  private func openBatch(_ journal: PowerCutJournal) async -> Bool {
    let batch = PowerCutErrand.batch
    let known = try? journal.ledger.reader.readNow { try BatchQueries.batches($0, open: nil) }
    guard known?.isEmpty == true else { return known != nil }
    let opening = JournalEntry.batchOpened(BatchOpening(batch: batch, reason: nil))
    do throws(Fault) { _ = try await journal.append(JournalDraft(actor: "clerk", entry: opening)) } catch {
      return false
    }
    return true
  }

  /// Without a network AWS issues nothing: what could not be finished is put in once more when it is back.
  private func putInAgain(_ journal: PowerCutJournal, _ runner: Runner) async {
    for hub in world.hubs where hub.examine({ $0.plugs }) > 0 {
      if hub === world.hubs[0], number > 0, world.scene.route.comesBack == .neverBack { continue }
      guard let id = PowerCutWorld.hubID(hub) else { continue }
      let units = try? journal.ledger.reader.readNow { try UnitQueries.units($0, matching: id.text) }
      if units?.first?.passed == nil { await put(hub, in: PowerCutStage.slots[0], runner) }
    }
  }

  /// Puts the hub in until it passes, as an operator who does what the tile says; three times at most.
  func put(_ hub: SimulatedHub, in slot: SlotName, _ runner: Runner) async {
    for _ in 0..<3 where !power.isOff {
      let conclusion = await visit(hub, slot, runner)
      guard !power.isOff else { return }
      if conclusion.outcome == .passed, conclusion.recorded, let id = conclusion.hub { world.showGreen(id) }
      if conclusion.outcome == .passed || conclusion.outcome == .failed { return }
      do { try await world.clock.sleep(for: .seconds(1)) } catch { return }
    }
  }

  private func visit(_ hub: SimulatedHub, _ slot: SlotName, _ runner: Runner) async -> Conclusion {
    let inside = InProcessHub(
      hub: hub, plug: world.keepsHubsPowered ? hub.reconnect() : hub.plug(), clock: world.clock)
    let driver: any HubDriver =
      world.plant == .recoveryTrustsTheSlot
      ? TrustingHub(inside, slot: slot, memory: world.memory) : inside
    let now = world.clock.now()
    let conclusion = await runner.run(
      Visit(
        slot: slot, device: hub.name, driver: driver, actor: "tester",
        attempt: AttemptID(
          time: now, random: CourierRandomness(seed: seed &+ UInt64(hub.examine { $0.plugs })).bytes(10)),
        opened: now, progress: { _, _ in }))
    // A dead station pulls no plug.
    if !(power.isOff && world.keepsHubsPowered) { hub.unplug() }
    return conclusion
  }

  func runner(_ journal: PowerCutJournal, _ effects: CloudEffects, seed: UInt64) -> Runner {
    let stage = world.stage
    var model = DemoBench.model
    model.key = world.scene.route.key
    let clock = world.clock
    if world.scene.route.errand == .network { model.network = PowerCutErrand.network.name }
    var bench = Bench(
      clock: clock, randomness: CourierRandomness(seed: seed), models: [model],
      issuer: world.scene.route.signer == .aws
        ? AWSIssuer(
          client: effects.registrar.client, clock: clock, randomness: CourierRandomness(seed: seed))
        : StationAuthority(stage.authority, notAfter: Timestamp(IssuingAuthority.usualEnd)),
      trustedAuthorities: [stage.authority.certificate], trustRoots: "roots\n",
      hubNaming: PowerCutStage.naming,
      outbox: OutboxPlan(policyVia: .certificate),
      endpoints: { () async throws(Fault) in
        Bench.Endpoints(region: "eu-central-1", data: "data.example", credential: "", roleAlias: "")
      },
      lastRowTime: { nil })
    bench.network = { (_) async throws(Fault) in
      let (_, ssid, passphrase) = PowerCutErrand.network
      return HubNetwork(
        ssid: ssid, passphrase: Array(passphrase.utf8).withUnsafeBytes { SecretBytes(copying: $0) })
    }
    if world.scene.route.errand == .batch {
      let reader = journal.ledger.reader
      bench.workOrders = { (hub, id, slot) async throws(Fault) in
        try reader.readNow { try BatchQueries.standing($0, of: hub, as: id, on: slot) }
      }
      bench.customer = { (batch) async throws(Fault) in
        try reader.readNow { try BatchQueries.batch($0, batch).batch.customer }
      }
    }
    return Runner(
      journal: journal, bench: bench,
      replacing: world.plant?.steps(bench) ?? [:])
  }

  // MARK: Another station

  /// A station with a ledger of its own and no network. What it makes of the hub, it must not undo.
  private func visitElsewhere(_ hub: SimulatedHub) async {
    guard !power.isOff, let before = PowerCutAudit.identity(of: hub) else { return }
    world.sawElsewhere()
    let place = "\(world.stage.place)/\(UUID().uuidString)"
    let down = PowerCutNetwork()
    down.set(false)
    guard let ledger = try? Self.open("\(place)/ledger.sqlite", station: "B", world.clock),
      let effects = effects(down)
    else { return }
    let journal = PowerCutJournal(ledger: ledger, power: power, plant: nil) { _ in }
    let conclusion = await visit(
      hub, PowerCutStage.slots[0], runner(journal, effects, seed: seed &+ 1))
    if !power.isOff, conclusion.outcome == .passed || PowerCutAudit.identity(of: hub) != before {
      world.spoil("another station finished or altered a hub that held \(before.prefix(8))")
    }
    try? ledger.close()
    try? FileManager.default.removeItem(atPath: place)
  }
}
