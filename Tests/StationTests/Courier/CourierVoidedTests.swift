import Foundation
import Testing

@testable import Station

/// A call cannot be taken back. What it ends with says nothing any more once the entry was given up or became void.
@Suite("Entries that are over before their call")
struct CourierVoidedTests {
  private static func unit(_ ledger: Ledger) async throws -> UnitIdentity {
    let unit = UnitIdentity.sample(try CourierBench.hub(0), serial: "S0")
    try await ledger.append(
      JournalDraft(
        hub: unit.hub,
        entry: .done(
          .identified(Identification(serial: unit.serial, model: unit.model, heldIsTrusted: false)))))
    return unit
  }

  private static func kinds(_ ledger: Ledger, _ unit: UnitIdentity) async throws -> [String] {
    try await ledger.rows(of: unit.hub).map(\.kind).filter { $0.hasPrefix("outbox.") || $0 == "unit.held" }
  }

  @Test(arguments: [false, true])
  func `a unit is on hold for a refusal, unless its entry was given up meanwhile`(isGivenUp: Bool)
    async throws
  {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    let bench = CourierBench(onDisk: ledger)
    let unit = try await Self.unit(ledger)
    bench.cloud.latency = .seconds(5)
    bench.cloud.script { [cloud = bench.cloud] _ in
      .fault(Fault(cloud.callCount == 0 ? .hubOffline : .claimConflict))
    }
    try await bench.owe(units: 0..<1, kinds: [.claimHub])
    try await bench.running { courier in
      try await bench.drive(courier) { bench.cloud.callCount == 2 }
      if isGivenUp {
        let decided = try await courier.decide(
          .giveUp, .all, reason: "sent back", actor: "qa", dryRun: false)
        #expect(decided.count == 1)
      }
      try await bench.pass(.seconds(10), courier)
      #expect(await courier.remembered == 0)
    }
    let end = isGivenUp ? ["outbox.given-up"] : ["outbox.parked", "unit.held"]
    #expect(
      try await Self.kinds(ledger, unit) == ["outbox.owed", "outbox.sending", "outbox.delayed"] + end)
    #expect(try await ledger.outboxCounts() == [isGivenUp ? .givenUp : .parked: 1])
    let record = try #require(try ledger.reader.readNow { try UnitQueries.units($0, matching: "S0").first })
    #expect(record.onHold == !isGivenUp)
    #expect(bench.cloud.calls.count == 2)
    #expect(try await ledger.compareProjections().agree)
    try ledger.close()
  }

  @Test func `a check of the old identity does not take the place of the rework's hold`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    let bench = CourierBench(onDisk: ledger)
    let unit = try await Self.unit(ledger)
    bench.cloud.latency = .seconds(5)
    bench.cloud.script { $0.kind == .checkHub ? .fault(Fault(.cloudCheckOutside)) : .well }
    try await bench.owe(units: 0..<1, kinds: [.checkHub])
    try await bench.running { courier in
      try await bench.pass(.seconds(1), courier)
      #expect(try await bench.count(.sending) == 1)
      // As a rework does when it delivers.
      let revoke = OutboxIntent(entry: "revoke", effect: Effect(.revokeCertificate, unit))
      _ = try await ledger.append(
        AppendRequest(
          [.held(Fault(.reworkUnfinished)), .owed(revoke)].map { JournalDraft(hub: unit.hub, entry: $0) }))
      #expect(try await bench.count(.superseded) == 1)
      try await bench.pass(.seconds(10), courier)
      // It follows at once, as after any other end.
      #expect(try await bench.count(.settled) == 1)
    }
    let record = try #require(try ledger.reader.readNow { try UnitQueries.units($0, matching: "S0").first })
    #expect(record.hold?.code == .reworkUnfinished)
    #expect(try await Self.kinds(ledger, unit).contains("outbox.parked") == false)
    try ledger.close()
  }

  @Test func `rows that need an unfinished entry are refused, all of them, once it is over`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    let bench = CourierBench(onDisk: ledger)
    try await bench.owe(units: 0..<5, kinds: [.claimHub])
    let ends: [JournalEntry?] = [
      nil, .sending(entry: "1-0"), .givenUp(entry: "2-0", reason: "r"),
      .settled(entry: "3-0", EffectEvidence(wasThere: false)), .parked(entry: "4-0", Fault(.claimConflict)),
    ]
    for case let end? in ends { try await ledger.append(JournalDraft(entry: end)) }
    for number in 0...5 {
      let before = try #require(try await ledger.lastRow()).sequence
      let fault = Fault(.claimConflict)
      let rows = [JournalEntry.parked(entry: "\(number)-0", fault), .held(fault)].map {
        JournalDraft(hub: ScratchLedger.hub(number), entry: $0)
      }
      var refusal: Fault?
      do throws(Fault) {
        _ = try await ledger.append(AppendRequest(rows, unfinished: "\(number)-0"))
      } catch { refusal = error }
      #expect(refusal?.code == (number < 2 ? nil : .headMoved), "\(number)")
      #expect(try await ledger.lastRow()?.sequence == before + (number < 2 ? 2 : 0))
    }
    #expect(ledger.health == .healthy)
    try ledger.close()
  }

  /// An outbox that changes just after it was read.
  private struct LateOutbox: OutboxReading {
    let ledger: Ledger
    let afterRead: @Sendable () async throws(Fault) -> Void

    func dueEntries(after sequence: Int64, limit: Int, now: Timestamp) async throws(Fault) -> [OutboxEntry] {
      let entries = try await ledger.dueEntries(after: sequence, limit: limit, now: now)
      try await afterRead()
      return entries
    }

    func overdueEntries(limit: Int, now: Timestamp) async throws(Fault) -> [OutboxEntry] { [] }

    func dueEntries(ofSubjectOf entry: String, limit: Int, now: Timestamp) async throws(Fault)
      -> [OutboxEntry]
    { [] }

    func outboxCounts() async throws(Fault) -> [OutboxEntry.State: Int] { try await ledger.outboxCounts() }

    func outboxEntries(_ filter: OutboxFilter) async throws(Fault) -> [OutboxEntry] {
      try await ledger.outboxEntries(filter)
    }
  }

  @Test func `what became void between its reading and its call is not sent`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    let bench = CourierBench(onDisk: ledger)
    let unit = try await Self.unit(ledger)
    try await bench.owe(units: 0..<1, kinds: [.provisionHub])
    let entry = try #require(try await ledger.outboxEntries().first)
    let attempt = SendingAttempt(
      journal: ledger,
      outbox: LateOutbox(ledger: ledger) { () async throws(Fault) in
        try await ledger.append(
          JournalDraft(
            actor: "qa", hub: unit.hub,
            entry: .disposed(UnitDisposal(act: .scrap, from: .released, to: .scrapped, reason: "dropped"))))
      }, effects: bench.cloud.effects, clock: bench.clock)
    let end = await attempt.perform(
      .init(entry: entry.intent.entry, sequence: entry.sequence, kind: .provisionHub, probeFirst: false))
    guard case .vanished = end else {
      Issue.record("it ended as \(end)")
      return
    }
    #expect(bench.cloud.calls.isEmpty)
    #expect(try await ledger.outboxCounts() == [.superseded: 1])
    #expect(try await Self.kinds(ledger, unit) == ["outbox.owed"])
  }
}
