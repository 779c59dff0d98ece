import Foundation
import Testing

@testable import Station

@Suite("Letters of a campaign")
struct CampaignLettersTests {
  private static let batch = BatchID("WO-1")!

  /// Hubs 1...count of a batch, passed and shipped.
  private static func ship(_ count: Int, for customer: Customer?, _ ledger: Ledger) async throws {
    var order = Batch(id: batch, model: "HUB-2", vendor: "Example Ltd", planned: 100)
    order.customer = customer
    _ = try await BatchDesk(ledger: ledger, actor: "4711").open(order, reason: nil)
    for number in 1...count {
      guard case .done(.identified(var found)) = ScratchLedger.identified(number) else { continue }
      found.batch = batch
      _ = try await ledger.append(
        AppendRequest([
          ScratchLedger.draft(number, attempt: number, .done(.identified(found))),
          ScratchLedger.draft(number, attempt: number, ScratchLedger.passed(number, certificate: number)),
          ScratchLedger.draft(number, attempt: number, .closed(.passed, nil)),
        ]))
    }
  }

  private static func unit(_ number: Int) -> UnitIdentity {
    .sample(
      ScratchLedger.hub(number), serial: "SPK\(10_000_000 + number)",
      certificate: ScratchLedger.certificate(number))
  }

  private static func claim(_ number: Int, _ site: String) -> Effect {
    .claimHub(unit(number), Customer(site: site, user: "user-\(site)", organisation: "org-\(site)"))
  }

  private static func move(_ number: Int, _ site: String) -> Effect {
    .moveHub(unit(number), Customer(site: site, user: "user-\(site)"), reason: "wrong site")
  }

  private static func owe(_ number: Int, _ entry: String, _ effect: Effect, _ ledger: Ledger) async throws {
    try await ledger.append(
      ScratchLedger.draft(number, .owed(OutboxIntent(entry: entry, effect: effect))))
  }

  private static func settle(_ number: Int, _ entry: String, _ ledger: Ledger) async throws {
    for row in [JournalEntry.sending(entry: entry), .settled(entry: entry, EffectEvidence(wasThere: false))] {
      try await ledger.append(ScratchLedger.draft(number, row))
    }
  }

  private static func recall(_ hubs: ClosedRange<Int>, _ ledger: Ledger) async throws {
    let desk = DispositionDesk(ledger: ledger, actor: "4711")
    for number in hubs {
      try await desk.decide(
        ScratchLedger.hub(number), .init(act: .ship, reason: "sent", allowsUnregistered: true))
    }
    let campaigns = CampaignDesk(ledger: ledger, desk: desk)
    let id = try #require(CampaignID("RC-1"))
    _ = try await campaigns.open(
      id, .recall, reason: "boot loop", question: "all", hubs: hubs.map { ScratchLedger.hub($0) })
    #expect(try await campaigns.step(id).isEnded)
  }

  /// Serial -> site, user and organisation of its letter.
  private static func letters(_ path: String) async throws -> [String: String] {
    let said = try await CommandProgram.run(
      ["campaign", "letters", "RC-1", "--format", "csv", "--ledger", path])
    #expect(said.status == 0, "\(said)")
    let lines = said.output.split(separator: "\r\n").dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    return Dictionary(lines.map { ($0[0], $0[4...6].joined(separator: " ")) }) { $1 }
  }

  @Test func `a letter goes to whom the hub was claimed for last, or was moved to`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    try await Self.ship(7, for: Customer(site: "order", user: "user-order"), ledger)
    // 1: nothing but the batch's customer. 2: claimed for another. 3: claimed, then moved.
    try await Self.owe(2, "claim-2", Self.claim(2, "b"), ledger)
    try await Self.settle(2, "claim-2", ledger)
    for number in [3, 4] {
      try await Self.owe(number, "claim-\(number)", Self.claim(number, "b"), ledger)
      try await Self.settle(number, "claim-\(number)", ledger)
      try await Self.owe(number, "move-\(number)", Self.move(number, "c"), ledger)
    }
    try await Self.settle(3, "move-3", ledger)
    // 4: the move was given up. 5: the only claim stands still, and a person must look. 6: it is under way.
    try await ledger.append(ScratchLedger.draft(4, .givenUp(entry: "move-4", reason: "not needed")))
    for number in [5, 6] {
      try await Self.owe(number, "claim-\(number)", Self.claim(number, "d"), ledger)
      try await ledger.append(ScratchLedger.draft(number, .sending(entry: "claim-\(number)")))
    }
    // 7: it was never sent, and a recalled hub is claimed for nobody any more.
    try await Self.owe(7, "claim-7", Self.claim(7, "e"), ledger)
    try await Self.recall(1...7, ledger)
    try await ledger.append(
      ScratchLedger.draft(5, .parked(entry: "claim-5", Fault(.claimConflict, ["hub": "5"]))))
    try ledger.close()
    let (order, claimed) = ("order user-order ", "b user-b org-b")
    #expect(
      try await Self.letters(scratch.path) == [
        "SPK10000001": order, "SPK10000002": claimed, "SPK10000003": "c user-c ", "SPK10000004": claimed,
        "SPK10000005": order, "SPK10000006": "d user-d org-d", "SPK10000007": order,
      ])
  }

  @Test func `hubs of an order for nobody have the customer of their claim, or none`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    try await Self.ship(2, for: nil, ledger)
    try await Self.owe(1, "claim-1", Self.claim(1, "b"), ledger)
    try await Self.settle(1, "claim-1", ledger)
    try await Self.recall(1...2, ledger)
    try ledger.close()
    #expect(
      try await Self.letters(scratch.path) == ["SPK10000001": "b user-b org-b", "SPK10000002": "  "])
  }
}
