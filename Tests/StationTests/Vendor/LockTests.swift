import Foundation
import Testing

@testable import Station

@Suite("Locks and kits", .serialized)
struct LockTests {
  @Test func `a lock is made once, whatever becomes of the answer`() throws {
    for fault in [nil, CloudFault.droppedBefore, .droppedAfter, .truncated, .failed(status: 500)] {
      let bench = try VendorBench()
      try bench.play { bench in
        if let fault { await bench.strike(fault, on: .createLock, lag: 3_000) }
        let ended = try await bench.send([.createLock(.sample())])
        #expect(ended.map(\.state) == [.settled], "\(String(describing: fault))")
        #expect(await bench.cloud.effects["CreateLock"] == 1)
        #expect(await bench.cloud.locks[1201]?.serial == "LK-1201")
      }
    }
  }

  @Test func `the same lock made elsewhere is done; another one of this number is a conflict`() throws {
    for (uuid, serial, expected) in [
      (Lock.sample().uuid.uppercased(), "LK-1201", OutboxEntry.State.settled),
      ("5a0e8f5e-94d2-4f0b-9a53-ffffffffffff", "LK-1201", .parked), (Lock.sample().uuid, "LK-9", .parked),
    ] {
      let bench = try VendorBench()
      try bench.play { bench in
        try await bench.desk.apply(
          .lockCreated(.init(id: 1201, index: 1, uuid: uuid, serial: serial)))
        let ended = try await bench.send([.createLock(.sample())])
        #expect(ended.map(\.state) == [expected])
        #expect(expected == .settled || ended[0].fault?.code == .lockConflict)
        #expect(await bench.cloud.locks[1201]?.uuid == uuid)
      }
    }
  }

  @Test func `a number or a UUID belongs to one lock of this ledger, until it is given up`() throws {
    let bench = try VendorBench()
    try bench.play { bench in
      let first = try await bench.owing.owe([.createLock(.sample())], actor: "clerk")
      var other = Lock.sample(1202)
      other.uuid = Lock.sample().uuid.uppercased()
      for wrong in [Lock.sample(), other] {
        let code = await Self.code { _ = try await bench.owing.owe([.createLock(wrong)], actor: "clerk") }
        #expect(code == .lockConflict)
      }
      // All of a list or none of it.
      let code = await Self.code {
        _ = try await bench.owing.owe([.createLock(.sample(7)), .createLock(.sample())], actor: "clerk")
      }
      #expect(code == .lockConflict)
      #expect(try bench.locks().map(\.id) == [1201])
      try await bench.journal.append(
        JournalDraft(entry: .givenUp(entry: first[0].intent.entry, reason: "typed wrongly")))
      _ = try await bench.owing.owe([.createLock(other)], actor: "clerk")
      #expect(try bench.locks().map(\.id) == [1202])
      #expect(try bench.comparesEqual())
    }
  }

  @Test func `a kit says which locks are in the box of which hub`() throws {
    let bench = try VendorBench()
    try bench.play { bench in
      let (one, two) = (try await bench.registered(1), try await bench.registered(2))
      _ = try await bench.owing.owe([.createLock(.sample(1)), .createLock(.sample(2))], actor: "clerk")
      try await bench.owing.pack([2, 1], with: one.hub, actor: "packer")
      #expect(try bench.kit(one.hub) == [1, 2] && bench.kit(two.hub).isEmpty)
      let twice = await Self.code { try await bench.owing.pack([2], with: two.hub, actor: "packer") }
      let unknown = await Self.code { try await bench.owing.pack([3], with: one.hub, actor: "packer") }
      let notThere = await Self.code { try await bench.owing.unpack([1], from: two.hub, actor: "packer") }
      #expect(twice == .lockPacked && unknown == .lockUnknown && notThere == .lockUnknown)
      try await bench.owing.unpack([2], from: one.hub, actor: "packer")
      try await bench.owing.pack([2], with: two.hub, actor: "packer")
      #expect(try bench.kit(one.hub) == [1] && bench.kit(two.hub) == [2])
      let rows = try bench.rows().filter { $0.kind.hasPrefix("kit.") }
      #expect(rows.map(\.actor).allSatisfy { $0 == "packer" } && rows.first?.hub == one.hub)
      #expect(try bench.comparesEqual())
    }
  }

  private static func code(_ body: () async throws -> Void) async -> FaultCode? {
    do {
      try await body()
      return nil
    } catch { return (error as? Fault)?.code }
  }
}

extension VendorBench {
  fileprivate func locks() throws -> [LockRecord] { try ledger.reader.readNow { try LockQueries.locks($0) } }
  fileprivate func kit(_ hub: HubID) throws -> [Int64] {
    try ledger.reader.readNow { try LockQueries.kit($0, of: hub) }.map(\.id)
  }
}
