import Foundation
import Testing

@testable import Station

@Suite("The end of a provisioned unit", .serialized)
struct RetirementTests {
  private static func effects(_ unit: UnitIdentity, _ bench: VendorBench, user: String? = "user-1")
    -> [Effect]
  {
    Retirement(
      unit: unit, reason: "scrapped", user: user, revokeBy: bench.clock.now().advanced(by: .seconds(900))
    ).intents { "" }.map(\.effect)
  }

  private static func status(_ unit: UnitIdentity, _ bench: VendorBench) async -> [String?] {
    let cloud = await bench.cloud
    return [cloud.hubs[unit.hub.text]?.status, cloud.certificates[unit.certificate]?.status]
  }

  @Test func `a connected hub is suspended first, then its certificate is revoked`() throws {
    let bench = try VendorBench()
    try bench.play { bench in
      let unit = try await bench.registered()
      let ended = try await bench.send(Self.effects(unit, bench))
      #expect(ended.map(\.state) == [.settled, .settled])
      #expect(await Self.status(unit, bench) == ["Suspended", "REVOKED"])
      #expect(bench.clock.uptime() < .seconds(60))
      // Both repeated.
      let again = try await bench.send(Self.effects(unit, bench))
      #expect(again.map { $0.evidence?.wasThere } == [true, true])
      #expect(await bench.cloud.effects["SuspendHub"] == 1)
      #expect(await bench.cloud.effects["UpdateCertificate"] == 1)
    }
  }

  @Test func `a hub in the scrap bin is never connected: the time is over, and the certificate ends`() throws
  {
    let bench = try VendorBench()
    try bench.play { bench in
      let unit = try await bench.registered()
      try await bench.desk.apply(.hubPlugged(id: unit.hub.text, false))
      _ = try await bench.owing.owe(Self.effects(unit, bench), actor: "qa")
      try await bench.life { _ in
        try await bench.clock.sleep(for: .seconds(880))
        #expect(await Self.status(unit, bench) == ["Provisioned", "ACTIVE"])
        try await bench.wait(.seconds(4_000)) {
          try bench.entries().allSatisfy { $0.state != .owed && $0.state != .sending }
        }
      }
      #expect(try bench.entries().map(\.state) == [.givenUp, .settled])
      #expect(await Self.status(unit, bench) == ["Provisioned", "REVOKED"])
      // A hub that is given up holds nobody up.
      #expect(try bench.unit(unit.hub)?.onHold == false)
      #expect(try bench.comparesEqual())
    }
  }

  @Test(
    "whatever the vendor answers, the certificate ends in time",
    arguments: [CloudFault.refused, .failed(status: 500), .droppedBefore, .page, .tooMany(retryAfter: 3_600)])
  func whatever(_ fault: CloudFault) throws {
    let bench = try VendorBench()
    try bench.play { bench in
      let unit = try await bench.registered()
      await bench.strike(fault, on: .suspendHub, times: nil)
      let revokeBy = bench.clock.uptime() + .seconds(900)
      _ = try await bench.owing.owe(Self.effects(unit, bench), actor: "qa")
      try await bench.life { _ in
        try await bench.wait(.seconds(2_000)) { await Self.status(unit, bench)[1] == "REVOKED" }
      }
      // The outbox is looked through every five minutes.
      #expect(bench.clock.uptime() < revokeBy + .seconds(330))
    }
  }

  @Test func `answers that are lost change nothing`() throws {
    for fault in [CloudFault.droppedBefore, .droppedAfter] {
      for operation in [CloudOperation.suspendHub, .updateCertificate] {
        let bench = try VendorBench()
        try bench.play { bench in
          let unit = try await bench.registered()
          await bench.strike(fault, on: operation)
          let ended = try await bench.send(Self.effects(unit, bench))
          #expect(ended.map(\.state) == [.settled, .settled], "\(fault) \(operation)")
          #expect(await Self.status(unit, bench) == ["Suspended", "REVOKED"])
        }
      }
    }
  }

  @Test func `a hub that the clouds never heard of needs neither`() throws {
    let bench = try VendorBench()
    try bench.play { bench in
      let unit = UnitIdentity.sample(try CourierBench.hub(5), certificate: String(repeating: "5", count: 64))
      let ended = try await bench.send(Self.effects(unit, bench))
      #expect(ended.map(\.state) == [.settled, .settled])
      #expect(ended.allSatisfy { $0.evidence?.wasThere == true })
    }
  }

  @Test func `what is still owed of it is void, but a certificate that is on its way is waited for`() throws {
    let bench = try VendorBench()
    try bench.play { bench in
      let unit = UnitIdentity.sample(try CourierBench.hub(6), certificate: String(repeating: "6", count: 64))
      let registration: [Effect] = [
        .registerCertificate(unit, der: Data([1])), .attachPrincipal(unit), .provisionHub(unit),
      ]
      let owed = try await bench.owing.owe(registration, actor: "station")
      try await bench.journal.append(
        JournalDraft(hub: unit.hub, entry: .sending(entry: owed[0].intent.entry)))
      _ = try await bench.owing.owe(Self.effects(unit, bench), actor: "qa")
      #expect(
        try bench.entries().map(\.state) == [.sending, .superseded, .superseded, .owed, .owed])
      let late = bench.clock.now().advanced(by: .seconds(1_000))
      let due = try await bench.journal.dueEntries(after: 0, limit: 9, now: late)
      #expect(due.map(\.intent.kind) == [.registerCertificate])
      try await bench.journal.append(
        JournalDraft(
          hub: unit.hub, entry: .settled(entry: owed[0].intent.entry, EffectEvidence(wasThere: false))))
      #expect(
        try await bench.journal.dueEntries(after: 0, limit: 9, now: late).map(\.intent.kind)
          == [.suspendHub, .revokeCertificate])
      #expect(
        try await bench.journal.dueEntries(after: 0, limit: 9, now: bench.clock.now()).map(\.intent.kind)
          == [.suspendHub])
    }
  }

  @Test func `a station without the right to revoke goes on registering`() throws {
    let bench = try VendorBench { $0.aws.policyName = "hub-identity" }
    try bench.play { bench in
      let units = [try await bench.registered(1), try await bench.registered(2)]
      // AWS refuses this one call, as to a station with the first policy only.
      await bench.strike(.refused, on: .updateCertificate, times: nil)
      _ = try await bench.owing.owe(Self.effects(units[0], bench, user: nil), actor: "qa")
      try await bench.life { courier in
        try await bench.wait { try await courier.status().lanes[.awsRework]?.word == .stopped }
        let sent = try await bench.owing.owe([.createThing(units[1])], actor: "station")
        await courier.wake()
        try await bench.wait {
          try bench.entries().first { $0.intent.entry == sent[0].intent.entry }?.state != .owed
        }
        #expect(try await courier.status().lanes[.aws]?.word == .open)
      }
    }
  }

  @Test func `who scraps a unit owes its end in the same transaction`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    let intents = ScratchLedger.owed(1, certificate: 7)
    let entries =
      [ScratchLedger.identified(1), ScratchLedger.passed(1, certificate: 7)]
      + intents.map { JournalEntry.owed($0) }
    _ = try await ledger.append(
      AppendRequest(entries.map { ScratchLedger.draft(1, attempt: 1, $0) }))
    _ = try await ledger.append(
      AppendRequest(ScratchLedger.draft(2, attempt: 2, ScratchLedger.identified(2))))
    let desk = DispositionDesk(
      ledger: ledger, actor: "4711", retirement: RetirementRule(user: "user-1", within: .seconds(60)))
    let before = try #require(try await ledger.lastRow()).sequence
    _ = try await desk.decide(ScratchLedger.hub(1), .init(act: .scrap, reason: "cracked"))
    let rows = try await ledger.rows(after: before, limit: 9)
    #expect(rows.map(\.kind) == ["unit.disposed", "outbox.owed", "outbox.owed"])
    let all = try await ledger.outboxEntries(OutboxFilter())
    #expect(all.prefix(3).allSatisfy { $0.state == .superseded })
    let owed = all.dropFirst(3).map(\.intent.effect)
    guard owed.count == 2, case .suspendHub(let unit, let suspension) = owed[0],
      case .revokeCertificate(let revoked, let by) = owed[1]
    else {
      Issue.record("\(owed)")
      return
    }
    #expect(unit == revoked && unit.vendorName == "Acme" && unit.certificate == ScratchLedger.certificate(7))
    #expect(suspension.reason == "cracked" && suspension.user == "user-1" && suspension.until == by)
    // One that never passed has nothing to end.
    _ = try await desk.decide(ScratchLedger.hub(2), .init(act: .scrap, reason: "cracked"))
    #expect(try await ledger.outboxEntries(OutboxFilter()).count == 5)
    try ledger.close()
  }
}
