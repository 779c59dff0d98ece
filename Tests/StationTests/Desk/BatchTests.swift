import Foundation
import Testing

@testable import Station

@Suite("Batches")
struct BatchTests {
  private static func serial(_ number: Int) -> SerialNumber {
    SerialNumber(normalised: "SPK\(10_000_000 + number)")
  }

  private static func batch(
    _ id: String, planned: Int = 10, over: Int = 0, range: ClosedRange<Int>? = nil, firmware: String? = nil,
    slots: [String]? = nil
  ) throws -> Batch {
    var batch = Batch(
      id: try #require(BatchID(id)), model: "HUB-2", vendor: "Example Ltd", planned: planned, over: over)
    batch.range = try range.map {
      try SerialRange(from: serial($0.lowerBound), to: serial($0.upperBound))
    }
    batch.firmware = firmware
    batch.slots = slots?.compactMap { SlotName($0) }
    return batch
  }

  /// Opens a hub's attempt and identifies it in the batch that is open on the slot, as the runner does.
  private static func join(_ ledger: Ledger, _ number: Int, slot: String = "A1") async throws {
    guard case .done(.identified(var found)) = ScratchLedger.identified(number) else { return }
    found.batch = try await ledger.batchStanding(
      of: found, as: ScratchLedger.hub(number), on: SlotName(slot)!
    ).admit(found, on: SlotName(slot)!)
    try await ledger.append(
      ScratchLedger.draft(nil, attempt: number, slot: slot, .opened(device: "/dev/ttyUSB\(number)")))
    try await ledger.append(
      ScratchLedger.draft(number, attempt: number, slot: slot, .done(.identified(found))))
  }

  private static func pass(_ ledger: Ledger, _ number: Int) async throws {
    _ = try await ledger.append(
      AppendRequest([
        ScratchLedger.draft(number, attempt: number, ScratchLedger.passed(number, certificate: number)),
        ScratchLedger.draft(number, attempt: number, .closed(.passed, nil)),
      ]))
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

  @Test func `without any batch a station works as ever, and from the first one on every new hub needs one`()
    async throws
  {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    try await Self.join(ledger, 1)
    let desk = BatchDesk(ledger: ledger, actor: "4711")
    _ = try await desk.open(try Self.batch("WO-1"), reason: "order 1")
    try await Self.join(ledger, 2)
    _ = try await ledger.append(
      AppendRequest(ScratchLedger.draft(2, attempt: 2, .closed(.failed, Fault(.hubSilent)))))
    try await ledger.append(ScratchLedger.draft(1, attempt: 1, .closed(.failed, Fault(.hubSilent))))
    _ = try await desk.close(try #require(BatchID("WO-1")), reason: "done")
    let fault = await Self.refused(.batchMissing) { try await Self.join(ledger, 3) }
    #expect(fault.map { Wording($0).sentence } == "No batch is open on slot A1.")
    let units = try await ledger.units()
    #expect(
      Dictionary(uniqueKeysWithValues: units.map { ($0.hub, $0.batch?.text) }) == [
        ScratchLedger.hub(1): nil, ScratchLedger.hub(2): "WO-1",
      ])
    try ledger.close()
  }

  @Test func `a hub of another model, serial or firmware is told what the batch takes`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    let desk = BatchDesk(ledger: ledger, actor: "4711")
    _ = try await desk.open(
      try Self.batch("WO-1", range: 1...20, firmware: "1.2.3", slots: ["A1"]), reason: nil)
    _ = try await desk.open(
      try Self.batch("WO-2", slots: ["A2"]), serials: (30..<40).map(Self.serial), reason: nil)
    try await Self.join(ledger, 1)
    try await Self.join(ledger, 31, slot: "A2")
    _ = await Self.refused(.batchMissing) { try await Self.join(ledger, 5, slot: "A3") }
    let outside = await Self.refused(.batchMismatch) { try await Self.join(ledger, 21) }
    #expect(
      outside?.values == [
        "batch": "WO-1", "serial": "SPK10000021", "what": "serial SPK10000021",
        "expected": "SPK10000001 to SPK10000020",
      ])
    let unlisted = await Self.refused(.batchMismatch) { try await Self.join(ledger, 41, slot: "A2") }
    #expect(unlisted?.values["expected"] == "one of its list")
    guard case .done(.identified(var found)) = ScratchLedger.identified(2) else { return }
    let standing = try await ledger.batchStanding(of: found, as: ScratchLedger.hub(2), on: SlotName("A1")!)
    found.firmware = "1.2.4"
    #expect(
      throws: Fault(
        .batchMismatch,
        ["batch": "WO-1", "serial": "SPK10000002", "what": "firmware 1.2.4", "expected": "1.2.3"])
    ) { try standing.admit(found, on: SlotName("A1")!) }
    found.model = "HUB-9"
    #expect(
      throws: Fault(
        .batchMismatch,
        ["batch": "WO-1", "serial": "SPK10000002", "what": "model HUB-9", "expected": "HUB-2"])
    ) { try standing.admit(found, on: SlotName("A1")!) }
    try ledger.close()
  }

  @Test
  func `the last place is given once, scrapped units give theirs back, and spares are allowed by a person`()
    async throws
  {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    let desk = BatchDesk(ledger: ledger, actor: "4711")
    let id = try #require(BatchID("WO-1"))
    _ = try await desk.open(try Self.batch("WO-1", planned: 2), reason: nil)
    try await Self.join(ledger, 1)
    try await Self.join(ledger, 2, slot: "A2")
    // One passed, one at work: a third may not take the place that the second may yet need.
    try await Self.pass(ledger, 1)
    let full = await Self.refused(.batchFull) { try await Self.join(ledger, 3, slot: "A3") }
    #expect(full.map { Wording($0).sentence } == "Batch WO-1 is full: 1 of 2 passed, 1 at work.")
    // The row is refused too when it was decided on before: the place is given in the writer's transaction.
    guard case .done(.identified(var found)) = ScratchLedger.identified(4) else { return }
    found.batch = id
    let late = ScratchLedger.draft(4, attempt: 4, .done(.identified(found)))
    _ = await Self.refused(.batchFull) { try await ledger.append(late) }
    #expect(try await ledger.units(matching: "SPK10000004").isEmpty)
    // The second one fails: its place is free again.
    try await ledger.append(ScratchLedger.draft(2, attempt: 2, .closed(.failed, Fault(.hubSilent))))
    try await Self.join(ledger, 3, slot: "A3")
    try await Self.pass(ledger, 3)
    _ = await Self.refused(.batchFull) { try await Self.join(ledger, 5) }
    #expect(try await desk.change(id, over: 1, slots: nil, reason: "for the lab").most == 3)
    try await Self.join(ledger, 5)
    try await Self.pass(ledger, 5)
    _ = await Self.refused(.batchFull) { try await Self.join(ledger, 6) }
    let counts = try await ledger.batchCounts(id)
    #expect(counts.units == 4 && counts.passed == 3 && counts.failed == 1)
    #expect(try await ledger.compareProjections().agree)
    try ledger.close()
  }

  @Test func `overlapping serials, a used number and a taken slot are refused, and nothing of them stays`()
    async throws
  {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    let desk = BatchDesk(ledger: ledger, actor: "4711")
    _ = try await desk.open(try Self.batch("WO-1", range: 100...199, slots: ["A1"]), reason: nil)
    _ = try await desk.open(
      try Self.batch("WO-2", planned: 3, slots: ["A2"]), serials: [300, 310, 320].map(Self.serial),
      reason: nil)
    let rows = try await ledger.lastRow()?.sequence
    func openRefused(_ code: FaultCode, _ batch: Batch, _ serials: [Int]? = nil) async -> [String: String]? {
      let fault = await Self.refused(code) {
        _ = try await desk.open(batch, serials: serials?.map(Self.serial), reason: nil)
      }
      return fault?.values
    }
    let ranges = await openRefused(.batchOverlap, try Self.batch("WO-3", range: 190...250, slots: ["A3"]))
    #expect(
      ranges == ["batch": "WO-3", "other": "WO-1", "serial": "SPK10000190", "last": "SPK10000199"])
    let over = await openRefused(.batchOverlap, try Self.batch("WO-3", range: 301...319, slots: ["A3"]))
    #expect(over == ["batch": "WO-3", "other": "WO-2", "serial": "SPK10000310"])
    let listed = await openRefused(
      .batchOverlap, try Self.batch("WO-3", planned: 2, slots: ["A3"]), [1, 150])
    #expect(listed == ["batch": "WO-3", "other": "WO-1", "serial": "SPK10000150"])
    let lists = await openRefused(.batchOverlap, try Self.batch("WO-3", planned: 2, slots: ["A3"]), [1, 320])
    #expect(lists == ["batch": "WO-3", "other": "WO-2", "serial": "SPK10000320"])
    _ = await openRefused(.batchTaken, try Self.batch("WO-1", slots: ["A3"]))
    let slot = await openRefused(.batchSlotTaken, try Self.batch("WO-3", slots: ["A3", "A2"]))
    #expect(slot == ["batch": "WO-3", "other": "WO-2", "slots": "slot A2"])
    _ = await openRefused(.batchSlotTaken, try Self.batch("WO-3"))
    _ = await openRefused(.batchInvalid, try Self.batch("WO-3", planned: 12, range: 1...11, slots: ["A3"]))
    #expect(try await ledger.lastRow()?.sequence == rows)
    // The same serials of another model are other hubs.
    var other = try Self.batch("WO-3", range: 100...199, slots: ["A3"])
    other.model = "HUB-3"
    _ = try await desk.open(other, reason: nil)
    #expect(try await ledger.compareProjections().agree)
    try ledger.close()
  }

  @Test func `a closed batch keeps what was made in it, and the rest may go into another`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    let desk = BatchDesk(ledger: ledger, actor: "4711")
    _ = try await desk.open(try Self.batch("WO-1", range: 1...10, slots: ["A1"]), reason: nil)
    _ = try await desk.open(
      try Self.batch("WO-2", planned: 3, slots: ["A2"]), serials: [31, 32, 33].map(Self.serial), reason: nil)
    for (number, slot) in [(1, "A1"), (2, "A1"), (31, "A2"), (32, "A2")] {
      try await Self.join(ledger, number, slot: slot)
    }
    try await Self.pass(ledger, 1)
    try await Self.pass(ledger, 31)
    for number in [2, 32] {
      try await ledger.append(
        ScratchLedger.draft(number, attempt: number, .closed(.failed, Fault(.hubSilent))))
    }
    for id in ["WO-1", "WO-2"] { _ = try await desk.close(BatchID(id)!, reason: "stopped") }
    func taken(_ serial: Int, by other: String, _ batch: Batch, _ serials: [Int]? = nil) async {
      let fault = await Self.refused(.batchOverlap) {
        _ = try await desk.open(batch, serials: serials?.map(Self.serial), reason: nil)
      }
      #expect(
        fault?.values == ["batch": batch.id.text, "other": other, "serial": Self.serial(serial).text])
    }
    await taken(1, by: "WO-1", try Self.batch("WO-3", range: 1...10))
    await taken(31, by: "WO-2", try Self.batch("WO-3", range: 30...40))
    await taken(1, by: "WO-1", try Self.batch("WO-3", planned: 2), [5, 1])
    await taken(31, by: "WO-2", try Self.batch("WO-3", planned: 2), [33, 31])
    // What never passed is still to be made: from a range, and from a list.
    _ = try await desk.open(try Self.batch("WO-3", planned: 9, range: 2...10, slots: ["A1"]), reason: nil)
    _ = try await desk.open(
      try Self.batch("WO-4", planned: 2, slots: ["A2"]), serials: [32, 33].map(Self.serial), reason: nil)
    for (number, slot) in [(2, "A1"), (33, "A2")] {
      try await Self.join(ledger, number, slot: slot)
      try await Self.pass(ledger, number)
    }
    await taken(33, by: "WO-4", try Self.batch("WO-5", planned: 1, slots: ["A3"]), [33])
    #expect(try await ledger.unit(ScratchLedger.hub(2))?.batch?.text == "WO-3")
    #expect(try await ledger.compareProjections().agree)
    try ledger.close()
  }

  @Test func `a rehearsal writes nothing and refuses what the act would`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    let desk = BatchDesk(ledger: ledger, actor: "4711")
    let batch = try Self.batch("WO-1", planned: 3)
    _ = try await desk.open(batch, serials: [1, 2, 3].map(Self.serial), reason: nil, dryRun: true)
    #expect(try await ledger.lastRow() == nil)
    #expect(try await ledger.batches().isEmpty)
    _ = try await desk.open(batch, serials: [1, 2, 3].map(Self.serial), reason: nil)
    let rows = try await ledger.lastRow()?.sequence
    #expect(rows == 2)
    _ = await Self.refused(.batchTaken) { _ = try await desk.open(batch, reason: nil, dryRun: true) }
    _ = try await desk.close(batch.id, reason: "done", dryRun: true)
    #expect(try await ledger.batch(batch.id).isOpen)
    #expect(try await ledger.lastRow()?.sequence == rows)
    try ledger.close()
  }

  @Test func `a batch is closed once, by a named person, when no hub of it is on the bench`() async throws {
    let scratch = try ScratchLedger()
    let ledger = try scratch.open()
    let desk = BatchDesk(ledger: ledger, actor: "4711")
    let id = try #require(BatchID("WO-1"))
    _ = await Self.refused(.batchUnknown) { _ = try await desk.close(id, reason: "none") }
    _ = try await desk.open(try Self.batch("WO-1", planned: 2), reason: "order 1")
    try await Self.join(ledger, 1)
    let busy = await Self.refused(.batchAtWork) { _ = try await desk.close(id, reason: "early") }
    #expect(busy.map { Wording($0).line }?.contains("WO-1 are on the bench: A1.") == true)
    try await Self.pass(ledger, 1)
    let closed = try await BatchDesk(ledger: ledger, actor: "0815").close(id, reason: "all packed")
    #expect(closed.passed == 1)
    let record = try await ledger.batch(id)
    #expect(record.opened.actor == "4711" && record.opened.reason == "order 1")
    #expect(record.closed?.actor == "0815" && record.closed?.reason == "all packed")
    let row = try #require(try await ledger.lastRow())
    #expect(
      try row.entry() == .batchClosed(BatchClosing(batch: id, reason: "all packed", passed: 1, scrapped: 0)))
    _ = await Self.refused(.batchClosed) { _ = try await desk.close(id, reason: "again") }
    _ = await Self.refused(.batchClosed) {
      _ = try await desk.change(id, over: 1, slots: nil, reason: "more")
    }
    try ledger.close()
  }

  @Test func `the runner puts a hub into the batch of its slot, and a finished one stays in its own`()
    async throws
  {
    let bench = try await PipelineBench(workOrders: true)
    let desk = BatchDesk(ledger: bench.ledger, actor: "4711")
    func order(_ id: String, first: String, last: String) throws -> Batch {
      var batch = Batch(id: BatchID(id)!, model: bench.bench.models[0].id, vendor: "V", planned: 1)
      batch.range = try SerialRange(from: SerialNumber(normalised: first), to: SerialNumber(normalised: last))
      return batch
    }
    _ = try await desk.open(try order("WO-1", first: "SPK00000001", last: "SPK00000001"), reason: nil)
    let (hub, foreign) = (PipelineBench.hub(), PipelineBench.hub("SPK00000002", mac: "02:00:5e:00:00:02"))
    #expect(await bench.visit(hub).outcome == .passed)
    let refused = await bench.visit(foreign)
    #expect(refused.outcome == .failed && refused.fault?.code == .batchMismatch && refused.recorded)
    #expect(try await bench.record("SPK00000002") == nil)
    _ = try await desk.close(BatchID("WO-1")!, reason: "done")
    _ = try await desk.open(try order("WO-2", first: "SPK00000002", last: "SPK00000002"), reason: nil)
    #expect(await bench.visit(foreign).outcome == .passed)
    // Plugged in again: finished, whatever is open and however full.
    #expect(await bench.visit(hub).outcome == .passed)
    #expect(try await bench.record()?.batch == BatchID("WO-1"))
    #expect(try await bench.record("SPK00000002")?.batch == BatchID("WO-2"))
  }
}
