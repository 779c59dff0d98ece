import Foundation

/// The only loop: asks `Decide`, does what it says, writes what came of it, and asks again.
struct Runner: Sendable {
  private let journal: any Journaling
  private let bench: Bench
  private let steps: [Step: any StepPerformer]

  /// - Parameter others: steps that are performed in another way than the shipped one.
  init(journal: any Journaling, bench: Bench, replacing others: [Step: any StepPerformer] = [:]) {
    self.journal = journal
    self.bench = bench
    let shipped: [Step: any StepPerformer] = [
      .identify: IdentifyStep(bench: bench), .forge: ForgeStep(bench: bench),
      .certify: CertifyStep(bench: bench),
      .deliver: DeliverStep(bench: bench), .verify: VerifyStep(bench: bench),
      .network: NetworkStep(bench: bench), .check: CheckStep(bench: bench),
      .finish: FinishStep(),
    ]
    steps = shipped.merging(others) { $1 }
  }

  /// Takes one hub from its plug to its end.
  func run(_ visit: Visit) async -> Conclusion {
    do throws(Fault) {
      try await write([draft(.opened(device: visit.device), for: visit)])
    } catch {
      return conclude(visit, .errored, error, recorded: false)
    }
    var story: HubStory
    do throws(Fault) {
      story = try await identify(visit)
    } catch {
      return await close(visit, step: .identify, error)
    }
    while true {
      let decision = Decide.next(
        story, plan: UnitPlan(visit.model))
      switch decision {
      case .finished(let outcome): return await finish(visit, story, outcome)
      case .refuse(let fault, let hold): return await refuse(visit, fault, hold: hold)
      case .adopt:
        do throws(Fault) { story = try await adopt(visit, story) } catch {
          return await close(visit, step: .identify, error)
        }
      case .restart(let certificates):
        do throws(Fault) {
          story = try await append(
            restarting(certificates, story, visit), to: story, of: visit, meaning: decision)
        } catch { return await close(visit, step: .identify, error) }
      case .run(let step), .recover(let step):
        do throws(Fault) {
          story = try await take(step, story, visit, decision)
        } catch { return await close(visit, step: step, error) }
      }
    }
  }

  /// Records a hub that could not even be spoken to: the line is busy, or may not be opened.
  func refuse(slot: SlotName, device: String, actor: String, attempt: AttemptID, fault: Fault) async
    -> Conclusion
  {
    let entries: [JournalEntry] = [
      .opened(device: device), .failed(.identify, fault), .closed(fault.outcome, fault),
    ]
    var conclusion = Conclusion(
      attempt: attempt, slot: slot, hub: nil, serial: nil, outcome: fault.outcome, fault: fault,
      recorded: true)
    do throws(Fault) {
      try await write(entries.map { JournalDraft(actor: actor, slot: slot, attempt: attempt, entry: $0) })
    } catch {
      conclusion.outcome = .errored
      conclusion.fault = error
      conclusion.recorded = false
    }
    return conclusion
  }

  // MARK: One step

  private func identify(_ visit: Visit) async throws(Fault) -> HubStory {
    visit.progress(.identify, nil)
    var evidence = try await perform(.identify, visit, story: HubStory(rows: [], attempt: visit.attempt))
    guard let hub = visit.hub else { throw Fault(.hubUnsupported, ["what": "an identify without a hub"]) }
    let story = try HubStory(rows: await journal.rows(of: hub), attempt: visit.attempt)
    // A finished unit keeps its batch, and one on hold gets no further: whatever batch is open now, neither joins it.
    if case .identified(var identification) = evidence, story.passed == nil, story.hold == nil {
      identification.batch = try await bench.workOrders(identification, hub, visit.slot)
        .admit(identification, on: visit.slot)
      evidence = .identified(identification)
    }
    do throws(Fault) {
      return try await append([.done(evidence)], to: story, of: visit, meaning: .run(.identify))
    } catch {
      // What is said of this hub from here on must not stand in the story of the one that the UUID belongs to.
      if error.code == .hubIDClaimed { visit.hub = nil }
      throw error
    }
  }

  /// `began` is durable before the effect, `done` after it; what a recovery does not find begins anew.
  private func take(_ step: Step, _ before: HubStory, _ visit: Visit, _ decision: Decision)
    async throws(Fault)
    -> HubStory
  {
    visit.progress(step, nil)
    var story = before
    if step == .pass { return try await pass(visit, story) }
    if case .recover = decision {
      guard let evidence = try await recover(step, visit, story) else {
        let void = story.generation.certified.map { [$0.evidence.fingerprint] } ?? []
        return try await append(
          restarting(void, story, visit), to: story, of: visit, meaning: decision)
      }
      return try await append([.done(evidence)], to: story, of: visit, meaning: decision)
    }
    if step.hasOutwardEffect {
      let entries = try [.began(step)] + endOfOldIdentity(before: step, story, visit)
      story = try await append(entries, to: story, of: visit, meaning: decision)
      // Somebody else wrote of this hub, and now something else is to be done: nothing was begun.
      guard story.current.begun.contains(step) else { return story }
    }
    let evidence = try await perform(step, visit, story: story)
    // From here on the same step shows as "recover": its beginning is in the rows.
    return try await append(
      [.done(evidence)], to: story, of: visit, meaning: step.hasOutwardEffect ? .recover(step) : decision)
  }

  /// The restart, and the removal of what it leaves in the cloud: one transaction, so that no orphan is forgotten.
  private func restarting(_ certificates: [String], _ story: HubStory, _ visit: Visit) throws(Fault)
    -> [JournalEntry]
  {
    let (hub, model, serial) = try visit.known()
    let removals = bench.outbox.removals(
      of: certificates, story: story, unit: unit(hub, serial, model, certificate: ""))
    return [.restarted(revoking: certificates)] + owed(removals, at: bench.clock.now())
  }

  /// A new identity is on its way to a finished hub: nobody can know from here on which one it holds. The old one is owed
  /// its end, and the unit is on hold until the new one has passed, whatever becomes of this attempt.
  private func endOfOldIdentity(before step: Step, _ story: HubStory, _ visit: Visit) throws(Fault)
    -> [JournalEntry]
  {
    guard step == .deliver, story.isRework, !story.oldIdentityEnds, let old = story.passed else { return [] }
    let (hub, model, serial) = try visit.known()
    let now = bench.clock.now()
    return [.held(Fault(.reworkUnfinished, ["serial": serial.text, "certificate": old]))]
      + owed(bench.outbox.end(of: unit(hub, serial, model, certificate: old), now: now), at: now)
  }

  /// Takes the identity in that another station gave the hub: the files must be those of its model.
  private func adopt(_ visit: Visit, _ story: HubStory) async throws(Fault) -> HubStory {
    visit.progress(.deliver, nil)
    let (certified, delivered) = try await Adoption(bench: bench).evidence(visit)
    return try await append(
      [.done(.certified(certified)), .began(.deliver), .done(.delivered(delivered))], to: story, of: visit,
      meaning: .adopt)
  }

  private func owed(_ effects: [Effect], at time: Timestamp) -> [JournalEntry] {
    effects.map { effect in
      .owed(
        OutboxIntent(
          entry: TimeOrderedUUID.text(time: time, random: bench.randomness.bytes(10)), effect: effect))
    }
  }

  private func unit(_ hub: HubID, _ serial: SerialNumber, _ model: HubModel, certificate: String)
    -> UnitIdentity
  {
    UnitIdentity(
      hub: hub, serial: serial, model: model.id, vendorName: model.vendorName,
      thing: bench.hubNaming.thing(of: hub), certificate: certificate)
  }

  /// The pass, what the cloud is owed and the end of the attempt: one transaction, or none of it.
  private func pass(_ visit: Visit, _ story: HubStory) async throws(Fault) -> HubStory {
    let (hub, model, serial) = try visit.known()
    guard let certified = story.generation.certified?.evidence else {
      throw Fault(.possessionRefused, ["serial": serial.text, "reason": "no certificate to pass with"])
    }
    let now = bench.clock.now()
    let unit = unit(hub, serial, model, certificate: certified.fingerprint)
    let effects =
      story.isRework
      ? bench.outbox.replacement(
        of: unit, certified, replacing: story.replaced(by: certified.fingerprint), checks: model.cloudChecks)
      : bench.outbox.registration(
        of: unit, certified, checks: model.cloudChecks, customer: try await customer(of: story))
    let freed: [JournalEntry] =
      story.hold?.code == .reworkUnfinished ? [.freed(reason: "reworked")] : []
    let passed = Evidence.Passed(
      certificate: certified.fingerprint, thing: unit.thing,
      milliseconds: now.milliseconds - visit.opened.milliseconds)
    return try await append(
      [.done(.passed(passed))] + freed + owed(effects, at: now) + [.closed(.passed, nil)], to: story,
      of: visit,
      meaning: .run(.pass))
  }

  private func customer(of story: HubStory) async throws(Fault) -> Customer? {
    guard let batch = story.current.identification?.batch else { return nil }
    return try await bench.customer(batch)
  }

  private func perform(_ step: Step, _ visit: Visit, story: HubStory) async throws(Fault) -> Evidence {
    guard let performer = steps[step] else { throw Fault(.hubUnsupported, ["what": step.rawValue]) }
    if Task.isCancelled { throw Fault(.stopped, ["device": visit.device]) }
    return try await performer.perform(visit, story: story)
  }

  private func recover(_ step: Step, _ visit: Visit, _ story: HubStory) async throws(Fault) -> Evidence? {
    guard let performer = steps[step] else { throw Fault(.hubUnsupported, ["what": step.rawValue]) }
    if Task.isCancelled { throw Fault(.stopped, ["device": visit.device]) }
    return try await performer.recover(visit, story: story)
  }

  // MARK: Rows

  /// Writes rows of this hub on the head that they were decided on. When the head has moved (the courier wrote of an
  /// older pass, or another slot of the same hub), the rows are read again, and written only if the same decision still
  /// holds.
  private func append(
    _ entries: [JournalEntry], to story: HubStory, of visit: Visit, meaning decision: Decision
  ) async throws(Fault) -> HubStory {
    guard let hub = visit.hub else { throw Fault(.hubUnsupported, ["what": "rows without a hub"]) }
    let plan = UnitPlan(visit.model)
    var current = story
    for _ in 0..<Self.headRetries {
      let drafts = entries.map { draft($0, for: visit) }
      do throws(Fault) {
        // Written on the story's own head: nothing lies between its rows and these.
        try current.take(await write(drafts, expecting: .init(hub: hub, sequence: current.head)))
        return current
      } catch {
        guard error.code == .headMoved else { throw error }
        current = try HubStory(rows: await journal.rows(of: hub), attempt: visit.attempt)
        guard Decide.next(current, plan: plan) == decision else { return current }
      }
    }
    throw Fault(.headMoved, ["hub": hub.text])
  }

  private static let headRetries = 8

  /// A stop must not tear a row from the work that it tells of: the write is not cancelled with the slot's task.
  @discardableResult
  private func write(_ drafts: [JournalDraft], expecting head: AppendRequest.Head? = nil) async throws(Fault)
    -> [JournalRow]
  {
    try await journal.append(AppendRequest(drafts, expecting: head, outlivesCancellation: true))
  }

  private func draft(_ entry: JournalEntry, for visit: Visit) -> JournalDraft {
    JournalDraft(
      actor: visit.actor, slot: visit.slot, attempt: visit.attempt, hub: visit.hub,
      firmware: visit.identification?.firmware, entry: entry)
  }

  // MARK: Ends

  private func close(_ visit: Visit, step: Step, _ fault: Fault) async -> Conclusion {
    await end(visit, [.failed(step, fault), .closed(fault.outcome, fault)], fault.outcome, fault)
  }

  private func refuse(_ visit: Visit, _ fault: Fault, hold: Bool) async -> Conclusion {
    let held: [JournalEntry] = hold ? [.held(fault)] : []
    return await end(
      visit, [.failed(.identify, fault)] + held + [.closed(fault.outcome, fault)], fault.outcome, fault)
  }

  private func finish(_ visit: Visit, _ story: HubStory, _ outcome: Outcome) async -> Conclusion {
    if story.current.closed != nil { return conclude(visit, outcome, story.current.failed, recorded: true) }
    return await end(visit, [.closed(outcome, story.current.failed)], outcome, story.current.failed)
  }

  /// The last rows of an attempt. They take no head: they only end this attempt and decide nothing for another.
  private func end(_ visit: Visit, _ entries: [JournalEntry], _ outcome: Outcome, _ fault: Fault?) async
    -> Conclusion
  {
    do throws(Fault) {
      try await write(entries.map { draft($0, for: visit) })
      return conclude(visit, outcome, fault, recorded: true)
    } catch {
      return conclude(visit, .errored, error, recorded: false)
    }
  }

  private func conclude(_ visit: Visit, _ outcome: Outcome, _ fault: Fault?, recorded: Bool) -> Conclusion {
    Conclusion(
      attempt: visit.attempt, slot: visit.slot, hub: visit.hub, serial: visit.identification?.serial,
      outcome: outcome, fault: fault, recorded: recorded)
  }
}
