import Foundation
import Testing

@testable import Station

@Suite("Campaigns")
struct CampaignTests {
  /// Hubs 1...count, all passed and registered; every third one shipped.
  private static func ledger(_ scratch: ScratchLedger, _ count: Int) async throws -> Ledger {
    let ledger = try scratch.open()
    for number in 1...count {
      _ = try await ledger.append(
        AppendRequest([
          ScratchLedger.draft(
            number, attempt: number,
            ScratchLedger.identified(number, firmware: number % 2 == 0 ? "1.0" : "2.0")),
          ScratchLedger.draft(number, attempt: number, ScratchLedger.passed(number, certificate: number)),
          ScratchLedger.draft(number, attempt: number, .closed(.passed, nil)),
        ]))
      guard number % 3 == 0 else { continue }
      try await DispositionDesk(ledger: ledger, actor: "anna")
        .decide(
          ScratchLedger.hub(number), .init(act: .ship, reason: "sent", allowsUnregistered: true))
    }
    return ledger
  }

  @Test
  func `a recall previews, recalls what left, holds what is in the house, and names itself in each story`()
    async throws
  {
    let scratch = try ScratchLedger()
    let ledger = try await Self.ledger(scratch, 12)
    let hubs = try await ledger.units(UnitFilter(firmware: "1.0")).map(\.hub)
    #expect(hubs.count == 6)
    let preview = try await CampaignPreview(.recall, hubs, ledger)
    #expect(preview.units == 6 && preview.shipped == 2 && preview.boxed == 4 && preview.bench == 0)
    #expect(preview.acts == ["recalled": 2, "held": 4] && preview.refused == 0)
    let desk = CampaignDesk(ledger: ledger, desk: DispositionDesk(ledger: ledger, actor: "4711"))
    let id = try #require(CampaignID("RC-1"))
    _ = try await desk.open(id, .recall, reason: "boot loop", question: "firmware 1.0", hubs: hubs)
    let record = try await desk.step(id)
    #expect(record.done == 6 && record.refused == 0 && record.waiting == 0 && record.isEnded)
    let units = try await ledger.units(UnitFilter(firmware: "1.0"))
    #expect(units.count { $0.disposition == .recalled } == 2)
    #expect(units.count { $0.onHold && $0.hold?.values["campaign"] == "RC-1" } == 4)
    #expect(try await ledger.units(UnitFilter(firmware: "2.0")).allSatisfy { !$0.onHold })
    await #expect(throws: Fault(.campaignTaken, ["campaign": "RC-1"])) {
      _ = try await desk.open(id, .hold, reason: "r", question: "", hubs: hubs)
    }
    #expect(try await ledger.compareProjections().agree)
    try ledger.close()
  }

  @Test func `what was broken off is taken up where it was left, and nothing is done twice`() async throws {
    let scratch = try ScratchLedger()
    var ledger = try await Self.ledger(scratch, 420)
    let id = try #require(CampaignID("RC-2"))
    let hubs = (1...420).map { ScratchLedger.hub($0) }
    // One is on hold already, three are shipped: they refuse and do not stop the others.
    let desk = DispositionDesk(ledger: ledger, actor: "4711")
    try await desk.decide(ScratchLedger.hub(1), .init(act: .hold, reason: "before"))
    let before = try #require(try await ledger.lastRow()).sequence
    let first = CampaignDesk(ledger: ledger, desk: desk)
    _ = try await first.open(id, .hold, reason: "lot 7", question: "file", hubs: hubs)
    let part = try await first.step(id)
    #expect(part.waiting == 220 && !part.isEnded)
    // The station is stopped, and another goes on.
    try ledger.close()
    ledger = try scratch.open()
    let second = CampaignDesk(ledger: ledger, desk: DispositionDesk(ledger: ledger, actor: "0815"))
    for _ in 0..<3 { _ = try await second.step(id) }
    let end = try await ledger.campaign(id)
    #expect(end.done == 279 && end.refused == 141 && end.waiting == 0)
    let rows = try await ledger.rows(after: before, limit: 10_000)
    var (held, results): ([HubID: Int], [HubID: Int]) = ([:], [:])
    for row in rows {
      if row.kind == "unit.held", let hub = row.hub { held[hub, default: 0] += 1 }
      if row.kind == "campaign.result", let hub = row.hub { results[hub, default: 0] += 1 }
    }
    #expect(held.count == 279 && held.values.allSatisfy { $0 == 1 })
    #expect(results.count == 420 && results.values.allSatisfy { $0 == 1 })
    #expect(rows.last?.kind == "campaign.ended" && rows.last?.actor == "0815")
    let refusals = try await ledger.campaignRefusals(id, limit: 1_000)
    #expect(Set(refusals.map(\.code)) == [.dispositionRefused] && refusals.count == 141)
    #expect(try await second.step(id) == end)
    #expect(try await ledger.compareProjections().agree)
    try ledger.close()
  }

  @Test func `the verbs find units by issuing CA, firmware and file, and one unknown serial stops it all`()
    async throws
  {
    let scratch = try ScratchLedger()
    let ledger = try await Self.ledger(scratch, 6)
    try await ledger.append(
      ScratchLedger.draft(
        2, attempt: 2,
        .done(
          .certified(
            .init(
              certificate: Data([1]), fingerprint: "f", issuer: "station",
              notAfter: Timestamp(milliseconds: 0), authority: "00112233445566778899aabbccddeeff00112233")))))
    try ledger.close()
    let words = ["--ledger", scratch.path, "--as", "4711"]
    let dry = try await CommandProgram.run(
      [
        "campaign", "start", "RC-1", "--act", "scrap", "--reason", "CA lost", "--dry-run", "--issued-by",
        "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33",
      ] + words)
    #expect(
      dry.status == 0 && dry.lines.first?.hasPrefix("1 units: 0 on the bench, 1 boxed") == true, "\(dry)")
    #expect(dry.lines.last == "Nothing was done.")
    let file = scratch.folder.appending(path: "serials.csv").path()
    try "\u{FEFF}name,serial\r\na,spk10000003\r\nb,SPK99999999\r\n".write(
      toFile: file, atomically: true, encoding: .utf8)
    let start = ["campaign", "start", "RC-2", "--act", "recall", "--reason", "boot loop", "--serials", file]
    let unknown = try await CommandProgram.run(start + words)
    #expect(
      unknown.status == 65 && unknown.errors.contains("No hub SPK99999999 in this ledger."), "\(unknown)")
    try "serial\r\nSPK10000003\r\nSPK10000004\r\n".write(toFile: file, atomically: true, encoding: .utf8)
    let done = try await CommandProgram.run(start + words)
    #expect(done.status == 0 && done.output.contains("2 of 2 done, 0 refused, 0 left"), "\(done)")
    let letters = try await CommandProgram.run(["campaign", "letters", "RC-2", "--format", "csv"] + words)
    let lines = letters.output.split(separator: "\r\n")
    #expect(lines.count == 2 && lines.last?.hasPrefix("SPK10000003,HUB-2,,") == true, "\(letters)")
    #expect(
      try await CommandProgram.run(["campaign", "start", "RC-3", "--act", "hold", "--reason", "r"] + words)
        .status == 64)
    let none = try await CommandProgram.run(
      ["campaign", "start", "RC-3", "--act", "hold", "--reason", "r", "--firmware", "9"] + words)
    #expect(none.status == 65 && none.errors.contains("no unit is meant"), "\(none)")
    let hold = try await CommandProgram.run(["hold", "spk10000001", "SPK10000003", "--reason", "r"] + words)
    #expect(hold.status == 65 && hold.output == "SPK10000001 is on hold\n", "\(hold)")
    #expect(hold.errors.contains("Hub SPK10000003 is recalled and cannot be held."), "\(hold)")
    let held = try await CommandProgram.run(
      ["units", "--disposition", "hold", "--sort", "serial", "--format", "csv"] + words)
    #expect(
      held.output.split(separator: "\r\n").map { $0.prefix(11) } == [
        "serial,mode", "SPK10000001", "SPK10000004",
      ], "\(held)")
    #expect(try await CommandProgram.run(["units", "--firmware", "1.0", "--count"] + words).output == "3\n")
    #expect(try await CommandProgram.run(["badge", "4711"] + words).status == 69)
  }
}
