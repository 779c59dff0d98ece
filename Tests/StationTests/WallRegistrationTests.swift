import Testing

@testable import Station

/// What stands beside PASS after the rows of a ledger.
@Suite("The wall and the outbox")
struct WallRegistrationTests {
  private final class Bench {
    let scratch: ScratchLedger
    let ledger: Ledger
    let wall: TerminalWall

    init() throws {
      scratch = try ScratchLedger()
      let ledger = try scratch.open()
      self.ledger = ledger
      wall = TerminalWall(
        state: WallState(slots: ["A1", "A2"].compactMap { SlotName($0) }, models: []),
        output: WallOutput(style: .json, colours: .none, unicode: true, size: { (81, 30) }, write: { _ in }),
        clock: SystemClock()
      ) { (hub) async throws(Fault) in try await ledger.unit(hub).flatMap(WallTile.Registration.init) }
    }

    /// Unit 1, and as an attempt where one is given.
    func append(_ entries: JournalEntry..., attempt: Int? = nil, slot: String = "A1") async throws {
      try await append(entries, attempt: attempt, slot: slot)
    }

    func append(_ entries: [JournalEntry], attempt: Int? = nil, slot: String = "A1") async throws {
      let drafts = entries.map { entry in
        let opens = if case .opened = entry { true } else { false }
        return ScratchLedger.draft(opens ? nil : 1, attempt: attempt, slot: slot, entry)
      }
      try await wall.take(try await ledger.append(AppendRequest(drafts)))
    }

    func pass(_ certificate: Int, attempt: Int, slot: String) async throws {
      try await append(
        .opened(device: "/dev/ttyUSB1"), ScratchLedger.identified(1), attempt: attempt, slot: slot)
      let owed = ScratchLedger.owed(1, certificate: certificate).map { JournalEntry.owed($0) }
      try await append(
        [ScratchLedger.passed(1, certificate: certificate)] + owed + [.closed(.passed, nil)],
        attempt: attempt, slot: slot)
    }

    func settle(_ certificate: Int) async throws {
      for intent in ScratchLedger.owed(1, certificate: certificate) {
        try await append(.sending(entry: intent.entry))
        try await append(.settled(entry: intent.entry, EffectEvidence(wasThere: false)))
      }
    }

    func dispose(_ act: DispositionAct, from: UnitDisposition, to: UnitDisposition) async throws {
      try await append(.disposed(UnitDisposal(act: act, from: from, to: to, reason: "r")))
    }

    func word(_ slot: Int, sourceLocation: SourceLocation = #_sourceLocation) async
      -> WallTile.Registration?
    {
      let tile = await wall.current.tiles[slot]
      #expect(tile.word == "PASS", sourceLocation: sourceLocation)
      return tile.registration
    }
  }

  private static func revocation(_ certificate: Int) -> JournalEntry {
    .owed(
      OutboxIntent(
        entry: "end-\(certificate)",
        effect: .revokeCertificate(
          .sample(ScratchLedger.hub(1), certificate: ScratchLedger.certificate(certificate)),
          by: Timestamp(milliseconds: 5))))
  }

  @Test func `registration follows the outbox and comes back after a hold`() async throws {
    let bench = try Bench()
    try await bench.pass(1, attempt: 1, slot: "A1")
    #expect(await bench.word(0) == .waiting)
    try await bench.append(
      .parked(entry: "entry-1-1-0", Fault(.thingConflict)), .held(Fault(.thingConflict)))
    #expect(await bench.word(0) == .needsAttention)
    try await bench.append(.released(entry: "entry-1-1-0", reason: "mended"))
    #expect(await bench.word(0) == .needsAttention)
    try await bench.append(.freed(reason: "mended"))
    #expect(await bench.word(0) == .waiting)
    try await bench.settle(1)
    #expect(await bench.word(0) == .registered)
  }

  @Test func `a unit that was reworked before it was sent is registered once its new identity is`()
    async throws
  {
    let bench = try Bench()
    try await bench.pass(1, attempt: 1, slot: "A1")
    #expect(await bench.word(0) == .waiting)
    // One of the three was begun: it is brought to its end some day.
    try await bench.append(.sending(entry: "entry-1-1-0"))
    try await bench.append(.parked(entry: "entry-1-1-1", Fault(.thingConflict)))
    #expect(await bench.word(0) == .needsAttention)
    try await bench.dispose(.rework, from: .released, to: .rework)
    try await bench.append(.freed(reason: "looked at"))
    try await bench.pass(2, attempt: 2, slot: "A2")
    #expect(await bench.word(1) == .waiting)
    try await bench.settle(2)
    #expect(await bench.word(1) == .registered)
    try await bench.append(.settled(entry: "entry-1-1-0", EffectEvidence(wasThere: false)))
    #expect(await bench.word(1) == .registered)
  }

  @Test func `the end of the old identity does not keep the new one waiting`() async throws {
    let bench = try Bench()
    try await bench.pass(1, attempt: 1, slot: "A1")
    try await bench.settle(1)
    #expect(await bench.word(0) == .registered)
    try await bench.append(.held(Fault(.reworkUnfinished)), Self.revocation(1))
    try await bench.append(.freed(reason: "reworked"))
    try await bench.pass(2, attempt: 2, slot: "A2")
    #expect(await bench.word(1) == .waiting)
    try await bench.settle(2)
    #expect(await bench.word(1) == .registered)
  }

  @Test func `a revoked identity waits for nothing and is called registered by nobody`() async throws {
    let bench = try Bench()
    try await bench.pass(1, attempt: 1, slot: "A1")
    try await bench.append(Self.revocation(1))
    #expect(await bench.word(0) == nil)
    try await bench.append(.sending(entry: "end-1"))
    try await bench.append(.settled(entry: "end-1", EffectEvidence(wasThere: false)))
    #expect(await bench.word(0) == nil)
  }

  @Test(arguments: [(DispositionAct.scrap, UnitDisposition.scrapped), (.recall, .recalled)])
  func `what was scrapped or recalled is not made known any further`(
    act: DispositionAct, to: UnitDisposition
  ) async throws {
    let bench = try Bench()
    try await bench.pass(1, attempt: 1, slot: "A1")
    try await bench.append(.parked(entry: "entry-1-1-1", Fault(.thingConflict)))
    #expect(await bench.word(0) == .needsAttention)
    try await bench.dispose(act, from: .released, to: to)
    // The hold is a decision of its own.
    try await bench.append(.freed(reason: "scrapped"))
    #expect(await bench.word(0) == nil)
  }
}
