import Foundation
import Testing

@testable import Station

/// What a person's decision about parked entries means for the hold that came with them, on a real ledger.
@Suite("Releasing what is parked")
struct OutboxReleaseTests {
  private static let quality = Fault(.qualityHold, ["reason": "board B"])

  private final class Bench {
    let scratch: ScratchLedger
    let ledger: Ledger
    let unit: UnitIdentity

    init() async throws {
      scratch = try ScratchLedger()
      ledger = try scratch.open()
      unit = UnitIdentity.sample(try CourierBench.hub(0), serial: "S0")
      try await append(
        .done(.identified(Identification(serial: unit.serial, model: unit.model, heldIsTrusted: false))))
    }

    func append(_ entries: JournalEntry...) async throws {
      _ = try await ledger.append(AppendRequest(entries.map { JournalDraft(hub: unit.hub, entry: $0) }))
    }

    func park(_ kind: EffectKind, _ fault: Fault) async throws {
      try await append(.owed(OutboxIntent(entry: kind.rawValue, effect: Effect(kind, unit))))
      try await append(.sending(entry: kind.rawValue))
      try await append(.parked(entry: kind.rawValue, fault), .held(fault))
    }

    func release(_ kind: EffectKind? = nil, journal: (any Journaling)? = nil) async throws {
      let release = OutboxRelease(journal: journal ?? ledger, outbox: ledger)
      let decided = try await release.decide(
        .release, kind.map { ParkedFilter(kind: $0) } ?? .all, reason: "mended", actor: "engineer",
        dryRun: false)
      #expect(!decided.isEmpty)
    }

    func hold() async throws -> Fault? {
      let record = try #require(try await ledger.unit(unit.hub))
      #expect(record.onHold == (record.hold != nil))
      let story = try HubStory(rows: try await ledger.rows(of: unit.hub), attempt: AttemptID(text: ""))
      #expect(story.hold == record.hold)
      return record.hold
    }
  }

  @Test func `an older hold by a person is not lifted with the parking above it`() async throws {
    let bench = try await Bench()
    try await bench.append(.held(Self.quality))
    try await bench.park(.createThing, Fault(.thingConflict))
    #expect(try await bench.hold() == Fault(.thingConflict))
    try await bench.release()
    #expect(try await bench.hold() == Self.quality)
    #expect(try await bench.ledger.compareProjections().agree)
  }

  @Test func `a newer hold stays as it is`() async throws {
    let bench = try await Bench()
    try await bench.park(.createThing, Fault(.thingConflict))
    try await bench.append(.held(Self.quality))
    try await bench.release()
    #expect(try await bench.hold() == Self.quality)
    try await bench.append(.freed(reason: "looked at"))
    #expect(try await bench.hold() == nil)
  }

  @Test(arguments: [Fault(.thingConflict), Fault(.targetMissing)])
  func `two parked entries hold a unit until both are released`(second: Fault) async throws {
    for together in [false, true] {
      let bench = try await Bench()
      try await bench.park(.createThing, Fault(.thingConflict))
      try await bench.park(.provisionHub, second)
      if together {
        try await bench.release()
      } else {
        try await bench.release(.createThing)
        #expect(try await bench.hold() == second)
        try await bench.release(.provisionHub)
      }
      #expect(try await bench.hold() == nil)
      #expect(try await bench.ledger.outboxCounts()[.parked] == nil)
    }
  }

  @Test func `a hold that comes while a release is written stays`() async throws {
    let bench = try await Bench()
    try await bench.park(.createThing, Fault(.thingConflict))
    let journal = MeddledJournal(bench.ledger, before: 1, .held(Self.quality))
    try await bench.release(journal: journal)
    #expect(journal.hasWritten)
    #expect(try await bench.hold() == Self.quality)
    #expect(try await bench.ledger.outboxCounts()[.parked] == nil)
  }
}
