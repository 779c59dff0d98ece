import Foundation

@testable import Station

/// What a person decides about the hub of the case, once, in whichever life that is possible; then it is put in again.
extension PowerCutLife {
  func decide(_ journal: PowerCutJournal, _ runner: Runner) async {
    guard let errand = world.scene.route.errand, errand.isDecision, !power.isOff,
      let hub = PowerCutWorld.hubID(world.hubs[0]), let rows = try? await journal.rows(of: hub),
      let story = try? HubStory(rows: rows, attempt: AttemptID(text: ""))
    else { return }
    let before = rows.contains { $0.kind == (errand == .rework ? "unit.disposed" : "unit.adoption") }
    if !before {
      guard let decision = decision(errand, rows, story) else { return }
      if errand == .rework, world.scene.seed % 2 == 0 {
        await PowerCutErrand(world: world, power: power, seed: seed).registered(journal)
      }
      guard let head = try? await journal.rows(of: hub).last?.sequence else { return }
      do throws(Fault) {
        _ = try await journal.append(
          AppendRequest(
            [JournalDraft(actor: "qa", hub: hub, entry: decision)],
            expecting: .init(hub: hub, sequence: head)))
      } catch { return }
    }
    guard story.passed == nil || story.isRework || !before else { return }
    await put(world.hubs[0], in: PowerCutStage.slots[0], runner)
  }

  private func decision(_ errand: PowerCutRoute.Errand, _ rows: [JournalRow], _ story: HubStory)
    -> JournalEntry?
  {
    if errand == .rework {
      guard story.passed != nil else { return nil }
      return .disposed(UnitDisposal(act: .rework, from: .released, to: .rework, reason: "board replaced"))
    }
    for row in rows.reversed() {
      guard case .done(.identified(let found)) = try? row.entry(), let held = found.heldCertificate else {
        continue
      }
      return .adoption(UnitAdoption(certificate: held, reason: "made on line 2"))
    }
    return nil
  }

  /// This life is another station's: it makes the hub, and may tell the clouds.
  func makeElsewhere(on executor: SeededExecutor, tellsTheCloud: Bool) throws {
    let ledger = try Self.open(path, station: "B", world.clock)
    _ = executor.run(
      { [self] in
        let journal = PowerCutJournal(ledger: ledger, power: power, plant: nil) { _ in }
        guard let effects = effects(world.network) else { return }
        await put(world.hubs[0], in: PowerCutStage.slots[0], runner(journal, effects, seed: seed))
        guard tellsTheCloud else { return }
        let courier = courier(journal, effects)
        await withTaskGroup(of: Void.self) { group in
          group.addTask { try? await courier.run() }
          await drain(journal, courier)
          await courier.stop(within: .seconds(2))
          group.cancelAll()
        }
      },
      whenIdle: { world.clock.wakeNext() })
    try ledger.close()
  }
}
