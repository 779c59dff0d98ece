import Foundation
import GRDB
import Testing

@testable import Station

@Suite("What the rows amount to")
struct LedgerProjectionTests {
  private static func dump(_ ledger: Ledger) throws -> [String] {
    try ledger.reader.readNow { database in
      try Projection.tables.sorted { $0.key < $1.key }.flatMap { table, key in
        try Row.fetchAll(database, sql: "SELECT * FROM \(table) ORDER BY \(key)").map(\.description)
      }
    }
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func `projections that grew with the rows equal those made from the journal`(seed: UInt64) async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    var history = RandomHistory(seed: seed, hubs: 60)
    var refused = 0
    while try ledger.reader.readNow({ try JournalQueries.last($0)?.sequence ?? 0 }) < 2500 {
      for _ in 0..<50 {
        do throws(Fault) { _ = try ledger.appendNow(history.next()) } catch {
          #expect(
            [.serialClaimed, .hubIDClaimed, .lockConflict, .lockUnknown, .lockPacked].contains(error.code))
          refused += 1
        }
      }
    }
    #expect(refused > 0)
    let live = try Self.dump(ledger)
    #expect(live.count > 400)
    // Every state and every answer was reached; otherwise this would prove little.
    #expect(Set(try await ledger.outboxCounts().keys) == Set(OutboxEntry.State.allCases))
    #expect(
      Set(try await ledger.units(UnitFilter(limit: 1000)).map(\.registration)) == Set(Registration.allCases))
    #expect(try await ledger.compareProjections().differences == [])
    try await ledger.rebuild()
    #expect(try Self.dump(ledger) == live)
    #expect(try await ledger.verifyChain().firstBreak == nil)
    try ledger.close()
  }

  @Test func `a projection that was altered is named, and rebuilt`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    for number in 1...3 {
      _ = try ledger.appendNow(AppendRequest(ScratchLedger.draft(number, ScratchLedger.identified(number))))
    }
    try scratch.tamper { database in
      try database.execute(sql: "UPDATE unit SET registration = 'registered' WHERE serial = 'SPK10000002'")
      try database.execute(sql: "DELETE FROM unit WHERE serial = 'SPK10000003'")
    }
    let comparison = try await ledger.compareProjections()
    #expect(comparison.differences.map(\.table) == ["unit", "unit"])
    #expect(comparison.differences.map(\.key) == [ScratchLedger.hub(2).text, ScratchLedger.hub(3).text])
    #expect(comparison.differences.last?.live == nil)
    try await ledger.rebuild()
    #expect(try await ledger.compareProjections().agree)
    try ledger.close()
  }

  @Test func `a unit goes from the bench to registered`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    func write(_ entries: JournalEntry..., hub: Int? = 1, attempt: Int? = 1) async throws {
      _ = try await ledger.append(
        AppendRequest(entries.map { ScratchLedger.draft(hub, attempt: attempt, $0) }))
    }
    func unit() async throws -> UnitRecord {
      try #require(try await ledger.units(matching: "spk10000001").first)
    }

    try await write(.opened(device: "/dev/ttyUSB0"), hub: nil)
    #expect(try await ledger.openAttempts().map(\.attempt.text) == ["attempt-1"])
    #expect(try await ledger.units().isEmpty)
    try await write(ScratchLedger.identified(1, mac: "02:00:00:00:00:01"))
    #expect(try await unit().outcome == nil)
    try await write(.failed(.check, Fault(.checkOutside)), .closed(.failed, Fault(.checkOutside)))
    #expect(try await unit().outcome == .failed)
    #expect(try await unit().fault == .checkOutside)
    #expect(try await ledger.openAttempts().isEmpty)

    try await write(.opened(device: "/dev/ttyUSB0"), hub: nil, attempt: 2)
    try await write(ScratchLedger.identified(1, mac: "02:00:00:00:00:01", firmware: "1.3"), attempt: 2)
    let intents = ScratchLedger.owed(1, certificate: 7)
    let before = try #require(try await ledger.lastRow()).sequence
    _ = try await ledger.append(
      AppendRequest(
        ([ScratchLedger.passed(1, certificate: 7)] + intents.map { .owed($0) } + [.closed(.passed, nil)])
          .map { ScratchLedger.draft(1, attempt: 2, $0) }))
    var record = try await unit()
    #expect(record.outcome == .passed)
    #expect(record.passed?.sequence == before + 1)
    #expect(record.passed?.certificate == ScratchLedger.certificate(7))
    #expect(record.registration == .waiting)
    #expect(record.attempts == 2)
    #expect(record.firmware == "1.3")
    #expect(record.fault == nil)
    #expect(record.lastSequence == before + 5)
    #expect(try await ledger.attempts(of: ScratchLedger.hub(1)).map(\.outcome) == [.failed, .passed])
    #expect(try await ledger.newestAttemptsOfSlots().map(\.attempt.text) == ["attempt-2"])

    // One after the other, the first one parked on the way.
    #expect(try await ledger.dueEntries(after: 0, limit: 9).map(\.intent) == [intents[0]])
    try await write(.sending(entry: intents[0].entry), attempt: nil)
    try await write(
      .parked(entry: intents[0].entry, Fault(.thingConflict, ["thing": "x"])),
      .held(Fault(.thingConflict, ["thing": "x"])), attempt: nil)
    record = try await unit()
    #expect(record.registration == .attention)
    #expect(record.onHold)
    #expect(record.hold == Fault(.thingConflict, ["thing": "x"]))
    #expect(try await ledger.dueEntries(after: 0, limit: 9).isEmpty)
    #expect(try await ledger.outboxReasons() == [.thingConflict: 1])
    #expect(
      try await ledger.outboxEntries(OutboxFilter(state: .parked)).map(\.intent.entry) == [intents[0].entry])
    #expect(try await ledger.outboxEntries(OutboxFilter(fault: .hubOffline)).isEmpty)
    try await write(
      .released(entry: intents[0].entry, reason: "looked at"), .freed(reason: "looked at"), attempt: nil)
    record = try await unit()
    #expect(record.registration == .waiting)
    #expect(!record.onHold && record.hold == nil)
    let due = try await ledger.dueEntries(after: 0, limit: 9)
    #expect(due.map(\.state) == [.sending])
    #expect(due.first?.sequence == before + 2)
    #expect(try await ledger.dueEntries(after: before + 2, limit: 9).isEmpty)
    for (index, intent) in intents.enumerated() {
      #expect(try await ledger.dueEntries(after: 0, limit: 9).map(\.intent) == [intent])
      #expect(try await unit().registration == .waiting)
      if index == 1 {
        try await write(.delayed(entry: intent.entry, Fault(.hubOffline)), attempt: nil)
        #expect(try await ledger.dueEntries(after: 0, limit: 9).map(\.state) == [.owed])
        #expect(try await ledger.dueEntries(after: 0, limit: 9).map(\.fault) == [Fault(.hubOffline)])
      }
      try await write(.settled(entry: intent.entry, EffectEvidence(wasThere: false)), attempt: nil)
    }
    #expect(try await unit().registration == .registered)
    #expect(try await ledger.outboxCounts() == [.settled: 3])
    try ledger.close()
  }

  @Test func `a new identity makes void what was never sent of the old one, and what was begun is ended`()
    async throws
  {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    func write(_ entries: [JournalEntry]) async throws {
      _ = try await ledger.append(AppendRequest(entries.map { ScratchLedger.draft(1, $0) }))
    }
    let (old, new) = (ScratchLedger.owed(1, certificate: 1), ScratchLedger.owed(1, certificate: 2))
    try await write(
      [ScratchLedger.identified(1), ScratchLedger.passed(1, certificate: 1)] + old.map { .owed($0) })
    try await write([
      .sending(entry: old[0].entry), .settled(entry: old[0].entry, EffectEvidence(wasThere: false)),
      .sending(entry: old[1].entry),
    ])
    try await write([.restarted(revoking: [ScratchLedger.certificate(1)])])
    #expect(try await ledger.units().first?.passed == nil)
    #expect(try await ledger.outboxCounts() == [.settled: 1, .sending: 1, .superseded: 1])
    try await write([ScratchLedger.passed(1, certificate: 2)] + new.map { .owed($0) })
    #expect(try await ledger.outboxCounts() == [.settled: 1, .sending: 1, .superseded: 1, .owed: 3])
    #expect(try await ledger.dueEntries(after: 0, limit: 9).map(\.intent) == [old[1]])
    // What is void cannot be brought back.
    try await write([
      .sending(entry: old[2].entry), .settled(entry: old[1].entry, EffectEvidence(wasThere: false)),
      .parked(entry: old[2].entry, Fault(.thingConflict)), .released(entry: old[2].entry, reason: "x"),
    ])
    #expect(try await ledger.outboxCounts() == [.settled: 2, .superseded: 1, .owed: 3])
    #expect(try await ledger.dueEntries(after: 0, limit: 9).map(\.intent) == [new[0]])
    #expect(try await ledger.units().first?.registration == .waiting)
    try ledger.close()
  }

  @Test func `what is on its way for an older identity says nothing of the registration of the new one`()
    async throws
  {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    func write(_ entries: [JournalEntry]) async throws -> Registration? {
      _ = try await ledger.append(AppendRequest(entries.map { ScratchLedger.draft(1, $0) }))
      return try await ledger.units().first?.registration
    }
    func settled(_ intent: OutboxIntent) -> JournalEntry {
      .settled(entry: intent.entry, EffectEvidence(wasThere: false))
    }
    let (old, new) = (ScratchLedger.owed(1, certificate: 1), ScratchLedger.owed(1, certificate: 2))
    let first =
      [ScratchLedger.identified(1), ScratchLedger.passed(1, certificate: 1)] + old.map { .owed($0) }
    #expect(try await write(first) == .waiting)
    #expect(try await write([.sending(entry: old[0].entry), settled(old[1]), settled(old[2])]) == .waiting)
    #expect(try await write([ScratchLedger.passed(1, certificate: 2)]) == Registration.none)
    #expect(try await write(new.map { .owed($0) }) == .waiting)
    #expect(try await write(new.map(settled)) == .registered)
    #expect(try await write([.parked(entry: old[0].entry, Fault(.thingConflict))]) == .attention)
    try ledger.close()
  }

  @Test func `entries of many units are due side by side, in the order of their rows`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    for number in 1...5 {
      let entries =
        [ScratchLedger.identified(number)]
        + ScratchLedger.owed(number, certificate: number).map { .owed($0) }
      _ = try await ledger.append(AppendRequest(entries.map { ScratchLedger.draft(number, $0) }))
    }
    let due = try await ledger.dueEntries(after: 0, limit: 3)
    #expect(due.map(\.intent.kind) == [.registerCertificate, .registerCertificate, .registerCertificate])
    #expect(due.map(\.intent.hub) == [1, 2, 3].map(ScratchLedger.hub))
    let rest = try await ledger.dueEntries(after: try #require(due.last).sequence, limit: 3)
    #expect(rest.map(\.intent.hub) == [4, 5].map(ScratchLedger.hub))
    try ledger.close()
  }

  @Test func `lists are filtered, searched and turned page by page`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    for number in 1...30 {
      let outcome: Outcome = number % 3 == 0 ? .failed : .passed
      _ = try await ledger.append(
        AppendRequest([
          ScratchLedger.draft(
            number, attempt: number, slot: "A\(number % 4)",
            ScratchLedger.identified(number, mac: "02:AA:00:00:00:\(number)")),
          ScratchLedger.draft(number, attempt: number, slot: "A\(number % 4)", .closed(outcome, nil)),
        ]))
    }
    let first = try await ledger.units(UnitFilter(outcome: .passed, limit: 12))
    let second = try await ledger.units(
      UnitFilter(outcome: .passed, after: first.last?.hub, limit: 12))
    #expect(first.count == 12 && second.count == 8)
    #expect(Set(first + second).count == 20)
    #expect((first + second).map(\.seenTime) == (first + second).map(\.seenTime).sorted(by: >))
    for order in UnitFilter.Order.allCases {
      var (listed, page): ([HubID], UnitFilter) = ([], UnitFilter(order: order, limit: 7))
      while listed.count < 40, let last = try await ledger.units(page).last?.hub {
        listed += try await ledger.units(page).map(\.hub)
        page.after = last
      }
      let whole = try await ledger.units(UnitFilter(order: order, limit: 100)).map(\.hub)
      #expect(listed == whole && whole.count == 30, "\(order)")
    }
    #expect(try await ledger.units(UnitFilter(text: "spk10000007")).map(\.serial.text) == ["SPK10000007"])
    #expect(
      try await ledger.units(UnitFilter(text: "02:aa:00:00:00:9")).map(\.serial.text) == ["SPK10000009"])
    // Pieces of fewer than three letters, of other columns, and none at all.
    for (text, count) in [
      ("%", 0), ("07", 1), ("K1000003", 1), ("hub-2", 30), ("\"", 0), ("a:00:00:00:30", 1),
      (ScratchLedger.hub(30).text.uppercased(), 1), ("no such", 0), ("spk100000_1", 0),
    ] {
      #expect(try await ledger.units(UnitFilter(text: text)).count == count, "\(text)")
    }
    // A MAC address that is known only later is found too.
    try await ledger.append(ScratchLedger.draft(40, attempt: 40, slot: "B1", ScratchLedger.identified(40)))
    try await ledger.append(
      ScratchLedger.draft(40, attempt: 41, slot: "B1", ScratchLedger.identified(40, mac: "02:BB:00:00:00:40"))
    )
    #expect(try await ledger.units(UnitFilter(text: "bb:00:00")).map(\.serial.text) == ["SPK10000040"])
    try await ledger.rebuild()
    #expect(try await ledger.units(UnitFilter(text: "bb:00:00")).map(\.serial.text) == ["SPK10000040"])
    #expect(try await ledger.units(UnitFilter(text: "spk1000004")).count == 1)
    #expect(try await ledger.units(UnitFilter(slot: SlotName("A1"))).count == 8)
    #expect(
      try await ledger.units(matching: ScratchLedger.hub(5).text.uppercased()).map(\.serial.text) == [
        "SPK10000005"
      ])
    #expect(try await ledger.units(matching: "' OR 1=1 --").isEmpty)
    let middle = try #require(try await ledger.units(matching: "SPK10000020").first).lastSequence
    let summary = try await ledger.summary(since: middle)
    #expect(summary.units == 10 && summary.passed == 6 && summary.failed == 4)
    try ledger.close()
  }

  /// The disk was full when the first attempt ended; its end is written when the station starts again.
  @Test func `the late end of an older attempt says nothing of the unit`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    for attempt in 1...2 {
      try await ledger.append(ScratchLedger.draft(nil, attempt: attempt, .opened(device: "/dev/ttyUSB1")))
      try await ledger.append(ScratchLedger.draft(1, attempt: attempt, ScratchLedger.identified(1)))
    }
    try await ledger.append(ScratchLedger.draft(1, attempt: 2, ScratchLedger.passed(1, certificate: 1)))
    try await ledger.append(ScratchLedger.draft(1, attempt: 2, .closed(.passed, nil)))
    let passed = try #require(try await ledger.unit(ScratchLedger.hub(1)))
    try await LiveStation.settle(
      ledger, after: try await ledger.openAttempts(), StationStart(version: "test", settings: "none"))
    let record = try #require(try await ledger.unit(ScratchLedger.hub(1)))
    #expect(record.outcome == .passed && record.fault == nil && record.actor == passed.actor)
    #expect(try await ledger.openAttempts().isEmpty)
    #expect(try await ledger.compareProjections().agree)
  }

  @Test func `the summary counts units by their last attempt, and strangers apart`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    func write(_ hub: Int?, _ attempt: Int, _ entries: [JournalEntry]) async throws {
      _ = try await ledger.append(
        AppendRequest(entries.map { ScratchLedger.draft(hub, attempt: attempt, $0) }))
    }
    try await write(1, 1, [ScratchLedger.identified(1), .closed(.failed, Fault(.checkOutside))])
    try await write(
      1, 2,
      [ScratchLedger.identified(1), ScratchLedger.passed(1, certificate: 1)]
        + ScratchLedger.owed(1, certificate: 1).map { .owed($0) } + [.closed(.passed, nil)])
    try await write(2, 3, [ScratchLedger.identified(2), .closed(.errored, Fault(.issuerUnavailable))])
    try await write(3, 4, [ScratchLedger.identified(3), .closed(.aborted, Fault(.unplugged))])
    try await write(nil, 5, [.opened(device: "x"), .closed(.failed, Fault(.hubSilent))])
    try await write(4, 6, [ScratchLedger.identified(4)])
    var expected = LedgerSummary()
    expected.units = 3
    (expected.passed, expected.errored, expected.aborted) = (1, 1, 1)
    expected.unidentified = 1
    expected.outbox = 3
    #expect(try await ledger.summary(since: 0) == expected)
    for intent in ScratchLedger.owed(1, certificate: 1) {
      try await write(1, 2, [.settled(entry: intent.entry, EffectEvidence(wasThere: true))])
    }
    (expected.outbox, expected.registered) = (0, 1)
    #expect(try await ledger.summary(since: 0) == expected)
    try ledger.close()
  }
}
