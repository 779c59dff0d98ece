import Foundation

@testable import Station

/// What a person has the station do through the vendor's other calls: written down once, in whichever life the hub is
/// finished, and not again in the next.
struct PowerCutErrand: Sendable {
  let world: PowerCutWorld
  let power: PowerSwitch
  let seed: UInt64

  static let site = "site-7"
  static let wrongSite = "site-1"
  static let order = PhysicalKeyOrder.sample()
  static let lock = Lock.sample()
  static let batch: Batch = {
    var batch = Batch(id: BatchID("WO-1")!, model: DemoBench.model.id, vendor: "Example", planned: 9)
    batch.customer = Customer(site: site, user: "user-1")
    return batch
  }()
  static let network = (name: "showroom", ssid: "Show Room", passphrase: "correct horse battery")

  func run(_ journal: PowerCutJournal) async {
    guard let errand = world.scene.route.errand, !errand.isDecision, ![.network, .batch].contains(errand),
      !power.isOff,
      let hub = PowerCutWorld.hubID(world.hubs[0]),
      let record = try? journal.ledger.reader.readNow({ try UnitQueries.units($0, matching: hub.text).first }
      ),
      let passed = record.passed
    else { return }
    let unit = UnitIdentity(
      hub: hub, serial: record.serial, model: record.model, vendorName: "Acme", thing: passed.thing,
      certificate: passed.certificate)
    if errand == .retire, world.scene.seed % 2 == 0 { await registered(journal) }
    guard !power.isOff else { return }
    if errand == .retire { return await scrap(unit, journal) }
    let effects = effects(errand, unit)
    let owed = try? journal.ledger.reader.readNow {
      try OutboxQueries.entries($0, OutboxFilter(kind: effects[0].kind, limit: 1))
    }
    guard owed?.isEmpty == true else { return await pack(errand, hub, journal) }
    do throws(Fault) { _ = try await owing(journal).owe(effects, actor: "tester") } catch { return }
    await pack(errand, hub, journal)
  }

  private func effects(_ errand: PowerCutRoute.Errand, _ unit: UnitIdentity) -> [Effect] {
    let customer = Customer(site: Self.site, user: "user-1")
    switch errand {
    case .claim: return [.claimHub(unit, customer)]
    // Claimed for the wrong site by the same people, then mended.
    case .move:
      return [
        .claimHub(unit, Customer(site: Self.wrongSite, user: "user-1")),
        .moveHub(unit, customer, reason: "wrong site"),
      ]
    case .lock: return [.createLock(Self.lock)]
    case .question:
      return [
        .checkHub(unit, CloudCheck(command: CloudCheck.online, seconds: 5, values: [])),
        .sendHubCommand(unit, HubCommand(command: "server_info", seconds: 5)),
      ]
    case .key: return [.addPhysicalKey(Self.order)]
    // What a person decides about the unit (below, and PowerCutLife+Decisions); what is a part of the making.
    case .retire, .rework, .adoption, .network, .batch: return []
    }
  }

  /// The decision and what the clouds are owed by it: one transaction, once, as the desk writes it.
  private func scrap(_ unit: UnitIdentity, _ journal: PowerCutJournal) async {
    guard let record = try? journal.ledger.reader.readNow({ try UnitQueries.unit($0, unit.hub) }),
      record.disposition == .released
    else { return }
    var number = 0
    let intents = Retirement(
      unit: unit, reason: "scrapped", user: "user-1", revokeBy: world.clock.now().advanced(by: .seconds(900))
    ).intents {
      number += 1
      return "scrap-\(seed)-\(number)"
    }
    let disposal = UnitDisposal(act: .scrap, from: .released, to: .scrapped, reason: "dropped")
    let entries = [JournalEntry.disposed(disposal)] + intents.map { .owed($0) }
    // Dark, or the unit got a row meanwhile: the audit asks for it only where it was written.
    _ = try? await journal.append(
      AppendRequest(
        entries.map { JournalDraft(actor: "qa", hub: unit.hub, entry: $0) },
        expecting: .init(hub: unit.hub, sequence: record.lastSequence)))
  }

  /// Half of the units are retired when the clouds know all of them, the others as soon as they passed.
  func registered(_ journal: PowerCutJournal) async {
    let end = world.clock.uptime() + .seconds(60)
    while !power.isOff, world.clock.uptime() < end {
      guard let counts = try? await journal.outboxCounts() else { return }
      if (counts[.owed] ?? 0) + (counts[.sending] ?? 0) == 0 { return }
      do { try await world.clock.sleep(for: .milliseconds(500)) } catch { return }
    }
  }

  /// The lock goes into the box of the hub, once.
  private func pack(_ errand: PowerCutRoute.Errand, _ hub: HubID, _ journal: PowerCutJournal) async {
    guard errand == .lock, !power.isOff,
      let kit = try? journal.ledger.reader.readNow({ try LockQueries.kit($0, of: hub) }), kit.isEmpty
    else { return }
    // Dark, or packed by the life before: the audit looks.
    do throws(Fault) { try await owing(journal).pack([Self.lock.id], with: hub, actor: "tester") } catch {
      return
    }
  }

  private func owing(_ journal: PowerCutJournal) -> Owing {
    Owing(journal: journal, clock: world.clock, randomness: CourierRandomness(seed: seed &+ 77))
  }
}
