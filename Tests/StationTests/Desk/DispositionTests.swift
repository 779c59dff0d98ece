import Foundation
import Testing

@testable import Station

@Suite("Decisions about units")
struct DispositionTests {
  /// A ledger with hubs that are made: 1 registered, 2 passed and not registered, 3 failed.
  private static func ledger(_ scratch: ScratchLedger) async throws -> Ledger {
    let ledger = try scratch.open()
    for number in 1...3 {
      try await ledger.append(ScratchLedger.draft(number, attempt: number, ScratchLedger.identified(number)))
    }
    for number in 1...2 {
      let intents = ScratchLedger.owed(number, certificate: number)
      _ = try await ledger.append(
        AppendRequest(
          [ScratchLedger.draft(number, attempt: number, ScratchLedger.passed(number, certificate: number))]
            + intents.map { ScratchLedger.draft(number, attempt: number, .owed($0)) }
            + [ScratchLedger.draft(number, attempt: number, .closed(.passed, nil))]))
      guard number == 1 else { continue }
      for intent in intents {
        try await ledger.append(
          ScratchLedger.draft(number, .settled(entry: intent.entry, EffectEvidence(wasThere: false))))
      }
    }
    try await ledger.append(ScratchLedger.draft(3, attempt: 3, .closed(.failed, Fault(.hubSilent))))
    return ledger
  }

  private static func refused(_ code: FaultCode, _ work: () async throws -> Void) async -> Fault? {
    do {
      try await work()
      Issue.record("not refused: \(code)")
    } catch let fault as Fault {
      #expect(fault.code == code, "\(fault)")
      return fault
    } catch { Issue.record(error) }
    return nil
  }

  @Test func `every decision is a row with person and reason, and the projections agree with the rows`()
    async throws
  {
    let scratch = try ScratchLedger()
    let ledger = try await Self.ledger(scratch)
    let desk = DispositionDesk(ledger: ledger, actor: "4711")
    let hub = ScratchLedger.hub(1)
    for (act, state) in [
      (DispositionAct.hold, "on hold"), (.release, "released"), (.ship, "shipped"), (.recall, "recalled"),
      (.return, "returned"), (.release, "released"), (.hold, "on hold"), (.rework, "in rework"),
      (.scrap, "scrapped"),
    ] {
      let before = try await ledger.lastRow()?.sequence
      let rehearsed = try await desk.decide(hub, .init(act: act, reason: "why \(act)"), dryRun: true)
      #expect(try await ledger.lastRow()?.sequence == before)
      let done = try await desk.decide(hub, .init(act: act, reason: "why \(act)"))
      #expect(done.description == state && rehearsed == done, "\(act)")
      let unit = try #require(try await ledger.unit(hub))
      #expect(unit.standing == done)
      let story = try HubStory(rows: await ledger.rows(of: hub), attempt: AttemptID(text: ""))
      #expect(story.disposition == unit.disposition && (story.hold != nil) == unit.onHold)
      let row = try #require(try await ledger.lastRow())
      #expect(row.actor == "4711" && row.hub == hub)
      #expect(String(decoding: row.body, as: UTF8.self).contains("why \(act)"))
    }
    let late = await Self.refused(.dispositionRefused) {
      try await desk.decide(hub, .init(act: .release, reason: "r"))
    }
    #expect(
      late.map { Wording($0).line }
        == "Hub SPK10000001 is scrapped and cannot be released. Nothing was done to it. Now it may be: nothing."
    )
    #expect(try await ledger.compareProjections().agree)
    try ledger.close()
  }

  @Test func `only registered units are shipped, unless a person takes that upon themselves`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try await Self.ledger(scratch)
    let desk = DispositionDesk(ledger: ledger, actor: "4711")
    try await desk.decide(ScratchLedger.hub(1), .init(act: .ship, reason: "delivery 1"))
    _ = await Self.refused(.unitUnregistered) {
      try await desk.decide(ScratchLedger.hub(2), .init(act: .ship, reason: "delivery 1"))
    }
    try await desk.decide(
      ScratchLedger.hub(2), .init(act: .ship, reason: "lab sample", allowsUnregistered: true))
    let row = try #require(try await ledger.lastRow())
    #expect(
      try row.entry()
        == .disposed(
          UnitDisposal(act: .ship, from: .released, to: .shipped, reason: "lab sample", unregistered: true)))
    // What has not passed is not shipped, override or not.
    _ = await Self.refused(.dispositionRefused) {
      try await desk.decide(
        ScratchLedger.hub(3), .init(act: .ship, reason: "r", allowsUnregistered: true))
    }
    try ledger.close()
  }

  @Test func `a hold for a duplicate serial is lifted by a person, one for parked entries is not`()
    async throws
  {
    let bench = try await PipelineBench()
    #expect(await bench.visit(PipelineBench.hub()).outcome == .passed)
    let twin = PipelineBench.hub(mac: "02:00:5e:00:00:99")
    #expect(await bench.visit(twin).fault?.code == .serialDuplicate)
    var unit = try #require(try await bench.record())
    #expect(unit.onHold && unit.disposition == .released)
    let desk = DispositionDesk(ledger: bench.ledger, actor: "4711")
    try await desk.decide(unit.hub, .init(act: .release, reason: "twin destroyed"))
    unit = try #require(try await bench.record())
    #expect(!unit.onHold && unit.hold == nil)
    let entry = try #require(try await bench.ledger.outboxEntries(OutboxFilter(hub: unit.hub)).first)
    let conflict = Fault(.thingConflict, ["thing": "t"])
    _ = try await bench.ledger.append(
      AppendRequest([
        JournalDraft(hub: unit.hub, entry: .parked(entry: entry.intent.entry, conflict)),
        JournalDraft(hub: unit.hub, entry: .held(conflict)),
      ]))
    _ = await Self.refused(.unitParked) {
      try await desk.decide(unit.hub, .init(act: .release, reason: "r"))
    }
  }

  @Test func `a unit on hold is not handed to a customer, and is once the hold is lifted`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    try await ledger.append(ScratchLedger.draft(1, attempt: 1, ScratchLedger.identified(1)))
    let unit = UnitIdentity(
      hub: ScratchLedger.hub(1), serial: SerialNumber(normalised: "SPK10000001"), model: "HUB-2",
      vendorName: "Hub Two", thing: ScratchLedger.hub(1).text, certificate: ScratchLedger.certificate(1))
    let claim = OutboxIntent(
      entry: "claim", effect: .claimHub(unit, Customer(site: "site-1", user: "user-1")))
    try await ledger.append(ScratchLedger.draft(1, .owed(claim)))
    func due() async throws -> [String] {
      try await ledger.dueEntries(after: 0, limit: 10, now: Timestamp(milliseconds: 0)).map(\.intent.entry)
    }
    #expect(try await due() == ["claim"])
    let desk = DispositionDesk(ledger: ledger, actor: "4711")
    try await desk.decide(ScratchLedger.hub(1), .init(act: .hold, reason: "scratched"))
    #expect(try await due().isEmpty)
    try await desk.decide(ScratchLedger.hub(1), .init(act: .release, reason: "polished"))
    #expect(try await due() == ["claim"])
    try ledger.close()
  }

  @Test func `a hub on hold is refused on the bench with the reason of the person`() async throws {
    let bench = try await PipelineBench()
    let hub = PipelineBench.hub()
    #expect(await bench.visit(hub).outcome == .passed)
    let unit = try #require(try await bench.record())
    let desk = DispositionDesk(ledger: bench.ledger, actor: "4711")
    try await desk.decide(unit.hub, .init(act: .hold, reason: "capacitor lot 7"))
    let refused = await bench.visit(hub)
    #expect(refused.fault.map { Wording($0).sentence } == "Hub SPK00000001 is on hold: capacitor lot 7.")
    try await desk.decide(unit.hub, .init(act: .release, reason: "measured"))
    #expect(await bench.visit(hub).outcome == .passed)
  }

  @Test func `a correction names the row that was wrong, and only the newest decision can be taken back`()
    async throws
  {
    let scratch = try ScratchLedger()
    let ledger = try await Self.ledger(scratch)
    let desk = DispositionDesk(ledger: ledger, actor: "0815")
    let hub = ScratchLedger.hub(1)
    try await desk.decide(hub, .init(act: .ship, reason: "delivery 1"))
    let shipped = try #require(try await ledger.lastRow()).sequence
    try await desk.decide(hub, .init(act: .recall, reason: "mistake"))
    let recalled = try #require(try await ledger.lastRow()).sequence
    func refused(_ row: Int64, _ cause: String) async {
      let fault = await Self.refused(.correctionRefused) {
        _ = try await desk.correct(row, batch: nil, reason: "r")
      }
      #expect(fault?.values["cause"] == cause)
    }
    await refused(shipped, "a later decision stands above it")
    await refused(1, "it is no decision that can be taken back")
    try await desk.decide(ScratchLedger.hub(3), .init(act: .hold, reason: "scratched"))
    await refused(try #require(try await ledger.lastRow()).sequence, "a hold is lifted by `station release`")
    try await desk.decide(ScratchLedger.hub(3), .init(act: .release, reason: "polished"))
    await refused(
      try #require(try await ledger.lastRow()).sequence, "what was released is held again by `station hold`")
    for row in [99_999, 0, -1, Int64.min, Int64.max] { await refused(row, "there is no such row") }
    let correction = try await desk.correct(recalled, batch: nil, reason: "other hub meant")
    #expect(
      correction
        == UnitCorrection(
          row: recalled, field: .disposition, old: "recalled", new: "shipped", reason: "other hub meant"))
    #expect(try await ledger.unit(hub)?.disposition == .shipped)
    await refused(recalled, "a later decision stands above it")
    #expect(try await ledger.compareProjections().agree)
    let story = try await UnitStory(
      try #require(try await ledger.unit(hub)), attempts: ledger.attempts(of: hub),
      rows: ledger.rows(of: hub),
      outbox: [], kit: [])
    #expect(story.holds.map(\.word) == ["shipped", "recalled", "corrected"])
    // `correct --batch` names the row in which the hub was identified.
    let identified = try #require(
      try await ledger.rows(of: hub).first {
        if case .done(.identified) = try $0.entry() { true } else { false }
      })
    #expect(
      UnitStoryText.lines(story).contains {
        $0.contains("identify") && $0.hasSuffix(", row \(identified.sequence)")
      })
    #expect(story.holds.last?.text == "row \(recalled): disposition shipped, not recalled: other hub meant")
    try ledger.close()
  }

  @Test(arguments: [DispositionAct.scrap, .recall])
  func `nothing that is owed of a hub is done once it must not work again, but its end is`(
    act: DispositionAct
  ) async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    let unit = UnitIdentity.sample(
      ScratchLedger.hub(1), serial: "SPK10000001", certificate: ScratchLedger.certificate(7))
    let registration = ScratchLedger.owed(1, certificate: 7)
    // A claim and a question are of the hub, not of its identity; the removal of an older identity is an end.
    let others = [
      Effect.claimHub(unit, .sample), .sendHubCommand(unit, HubCommand(command: "server_info", seconds: 5)),
      .removeCertificate(unit),
    ].enumerated().map { OutboxIntent(entry: "other-\($0)", effect: $1) }
    let entries =
      [ScratchLedger.identified(1), ScratchLedger.passed(1, certificate: 7)]
      + (registration + others).map { JournalEntry.owed($0) }
    _ = try await ledger.append(AppendRequest(entries.map { ScratchLedger.draft(1, attempt: 1, $0) }))
    // This one is on its way: it is brought to its end.
    _ = try await ledger.append(
      AppendRequest(ScratchLedger.draft(1, .sending(entry: registration[0].entry))))
    let desk = DispositionDesk(ledger: ledger, actor: "4711")
    if act == .recall {
      // Only what has left the house is called back.
      try await desk.decide(
        ScratchLedger.hub(1), .init(act: .ship, reason: "urgent", allowsUnregistered: true))
    }
    try await desk.decide(ScratchLedger.hub(1), .init(act: act, reason: "cracked"))
    let states = try await ledger.outboxEntries(OutboxFilter()).map(\.state)
    #expect(states == [.sending, .superseded, .superseded, .superseded, .superseded, .owed])
    #expect(try await ledger.compareProjections().agree)
    try ledger.close()
  }

  @Test func `a recalled hub whose identity ends does not leave the house again as it is`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    let hub = ScratchLedger.hub(1)
    let owed = ScratchLedger.owed(1, certificate: 7)
    let entries =
      [ScratchLedger.identified(1), ScratchLedger.passed(1, certificate: 7)]
      + owed.map { .owed($0) } + owed.map { .settled(entry: $0.entry, EffectEvidence(wasThere: false)) }
    _ = try await ledger.append(AppendRequest(entries.map { ScratchLedger.draft(1, attempt: 1, $0) }))
    #expect(try await ledger.unit(hub)?.registration == .registered)
    let desk = DispositionDesk(
      ledger: ledger, actor: "4711", retirement: RetirementRule(user: "user-1", within: .seconds(60)))
    try await desk.decide(hub, .init(act: .ship, reason: "order"))
    try await desk.decide(hub, .init(act: .recall, reason: "wrong power supply"))
    let unit = try #require(try await ledger.unit(hub))
    #expect(unit.registration == Registration.none && unit.disposition == .recalled)
    let recalled = try #require(unit.disposedSequence)
    let correction = await #expect(throws: Fault.self) {
      _ = try await desk.correct(recalled, batch: nil, reason: "other hub meant")
    }
    #expect(correction?.values["cause"] == "its certificate is being taken away")
    try await desk.decide(hub, .init(act: .return, reason: "it came back"))
    // A hold over it is lifted as ever; what lies below stays.
    try await desk.decide(hub, .init(act: .hold, reason: "looked at"))
    try await desk.decide(hub, .init(act: .release, reason: "looked at"))
    #expect(try await ledger.unit(hub)?.disposition == .returned)
    for allows in [false, true] {
      let refused = await #expect(throws: Fault.self) {
        try await desk.decide(hub, .init(act: .release, reason: "good", allowsUnregistered: allows))
      }
      #expect(refused?.code == .identityEnded)
    }
    #expect(try await ledger.compareProjections().agree)
    let ends = try await ledger.outboxEntries(OutboxFilter(hub: hub)).suffix(2)
    #expect(ends.map(\.intent.kind) == [.suspendHub, .revokeCertificate])
    for end in ends {
      let settled = JournalEntry.settled(entry: end.intent.entry, EffectEvidence(wasThere: false))
      _ = try await ledger.append(AppendRequest(ScratchLedger.draft(1, settled)))
    }
    #expect(try await ledger.unit(hub)?.registration == Registration.none)
    // A new identity makes it a unit like any other.
    try await desk.decide(hub, .init(act: .rework, reason: "a new identity"))
    let again = ScratchLedger.owed(1, certificate: 8)
    let made =
      [ScratchLedger.identified(1), ScratchLedger.passed(1, certificate: 8)]
      + again.map { .owed($0) } + again.map { .settled(entry: $0.entry, EffectEvidence(wasThere: false)) }
    _ = try await ledger.append(AppendRequest(made.map { ScratchLedger.draft(1, attempt: 2, $0) }))
    #expect(try await ledger.unit(hub)?.registration == .registered)
    try await desk.decide(hub, .init(act: .ship, reason: "order"))
    #expect(try await ledger.compareProjections().agree)
    try ledger.close()
  }

  @Test func `a badge changes who signs the rows that follow, in the middle of an attempt too`() async throws
  {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    let onDuty = OnDuty("starter")
    #expect(onDuty.actor == "starter")
    try await onDuty.change(to: "4711", in: ledger)
    #expect(onDuty.actor == "4711")
    try await onDuty.change(to: nil, in: ledger)
    #expect(onDuty.actor == "starter")
    let rows = try await ledger.rows(after: 0, limit: 10)
    #expect(rows.map(\.actor) == ["4711", "starter"])
    #expect(
      try rows.map { try $0.entry() } == [
        .badgeScanned(BadgeScan(badge: "4711", before: "starter")),
        .badgeScanned(BadgeScan(badge: nil, before: "4711")),
      ])
    try ledger.close()
    let bench = try await PipelineBench()
    let hub = PipelineBench.hub()
    let plug = hub.plug()
    let shared = OnDuty("starter")
    let visit = Visit(
      slot: PipelineBench.slot, device: "d", driver: InProcessHub(hub: hub, plug: plug), actor: shared,
      attempt: AttemptID(text: "a"), opened: bench.bench.clock.now(),
      progress: { step, _ in
        guard step == .verify, shared.actor == "starter" else { return }
        let done = DispatchSemaphore(value: 0)
        Task.detached {
          try await shared.change(to: "4711", in: bench.ledger)
          done.signal()
        }
        done.wait()
      })
    #expect(await bench.runner.run(visit).outcome == .passed)
    hub.unplug()
    let attempt = try await bench.ledger.rows(ofAttempt: AttemptID(text: "a"))
    let steps = try attempt.map { row in
      if case .done(let evidence) = try row.entry() { "\(row.actor) \(evidence.step)" } else { row.actor }
    }
    #expect(steps.first == "starter" && steps.contains("starter deliver") && steps.contains("4711 verify"))
    #expect(steps.last == "4711" && !steps.contains("4711 deliver"))
  }

  @Test(
    "command barcodes are read whatever the scanner's case",
    arguments: [
      ("LOGIN 4711", ScannedCode.login(badge: "4711")), ("login:4711\r\n", .login(badge: "4711")),
      ("LOGOUT", .logout), ("logout \n", .logout), ("LOGIN ", .unknown), ("LOGIN 47 \u{1B}11", .unknown),
      ("SPK00000001", .unknown), ("LOGINS 4711", .unknown), ("LOGOUTX", .unknown), ("", .unknown),
      ("LOGIN " + String(repeating: "4", count: 65), .unknown),
    ])
  func scans(_ line: String, _ code: ScannedCode) { #expect(ScannedCode(line) == code) }
}
