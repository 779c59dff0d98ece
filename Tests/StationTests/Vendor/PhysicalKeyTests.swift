import Foundation
import Testing

@testable import Station

@Suite("Physical keys", .serialized)
struct PhysicalKeyTests {
  private static let order = PhysicalKeyOrder.sample()

  private static func numbers(_ bench: VendorBench) async -> [Int64] {
    await bench.cloud.keyrings["user-1"]?.keys.map(\.number) ?? []
  }

  private static func record(_ bench: VendorBench) throws -> KeyRecord? {
    KeyRecord(
      try bench.ledger.reader.readNow {
        try OutboxQueries.entries($0, OutboxFilter(subject: "key \(order.token)"))
      })
  }

  @Test func `a key gets its number, which comes back into the ledger`() throws {
    let bench = try VendorBench()
    try bench.play { bench in
      try await bench.desk.apply(
        .keyAdded(user: "user-1", .init(number: 6, organisation: "org-7", added: bench.clock.now())))
      let ended = try await bench.send([.addPhysicalKey(Self.order)])
      #expect(ended.map(\.state) == [.settled])
      #expect(try Self.record(bench)?.number == 7)
      let key = await bench.cloud.keyrings["user-1"]?.keys.last
      #expect(key?.note == "front door [\(Self.order.token)]" && key?.organisation == "org-7")
    }
  }

  @Test(
    "an answer that is lost after the effect is found, however late reads show it",
    arguments: [0, 5_000, 55_000, 100_000], [CloudFault.droppedAfter, .truncated])
  func foundLater(_ lag: Int, _ fault: CloudFault) throws {
    let bench = try VendorBench()
    try bench.play { bench in
      await bench.strike(fault, on: .addPhysicalKey, lag: lag)
      let ended = try await bench.send([.addPhysicalKey(Self.order)])
      #expect(await Self.numbers(bench) == [1])
      #expect(bench.exchange.count("POST", "/AddPhysicalKey") == 1)
      // Within the grace and its two searches; a read that lags longer is a person's business.
      if lag <= 60_000 {
        #expect(ended.map(\.state) == [.settled] && ended[0].evidence?.values["number"] == "1")
      } else {
        #expect(ended[0].state == .settled || ended[0].fault?.code == .keyUnknown)
      }
    }
  }

  @Test func `an answer that is lost before the effect is never sent again blindly; a person does`() throws {
    let bench = try VendorBench()
    try bench.play { bench in
      await bench.strike(.droppedBefore, on: .addPhysicalKey)
      let begin = bench.clock.uptime()
      let ended = try await bench.send([.addPhysicalKey(Self.order)])
      #expect(ended.map(\.state) == [.parked] && ended[0].fault?.code == .keyUnknown)
      #expect(bench.clock.uptime() - begin >= LostCallSearch.grace + LostCallSearch.spacing)
      #expect(bench.exchange.count("POST", "/AddPhysicalKey") == 1)
      let release = OutboxRelease(journal: bench.journal, outbox: bench.journal)
      var filter = ParkedFilter()
      filter.entry = Self.order.token
      let resent = try await release.decide(.resend, filter, reason: "not there", actor: "qa", dryRun: false)
      #expect(resent.count == 1)
      try await bench.life { _ in try await bench.wait { try bench.entries()[0].state == .settled } }
      #expect(await Self.numbers(bench) == [1])
      #expect(bench.exchange.count("POST", "/AddPhysicalKey") == 2)
      #expect(try bench.comparesEqual())
    }
  }

  @Test func `a station that died in the middle looks, and does not call`() throws {
    for reached in [true, false] {
      let bench = try VendorBench()
      try bench.play { bench in
        let owed = try await bench.owing.owe([.addPhysicalKey(Self.order)], actor: "clerk")
        // As the last process left it.
        try await bench.journal.append(JournalDraft(entry: .sending(entry: owed[0].intent.entry)))
        if reached {
          try await bench.desk.apply(
            .keyAdded(
              user: "user-1",
              .init(
                number: 4, organisation: "org-7", note: Self.order.sentNote, added: bench.clock.now())))
        }
        try await bench.life { _ in
          try await bench.wait { try bench.entries()[0].state == (reached ? .settled : .parked) }
        }
        #expect(bench.exchange.count("POST", "/AddPhysicalKey") == 0)
        #expect(try Self.record(bench)?.number == (reached ? 4 : nil))
      }
    }
  }

  @Test func `without a network nothing is begun, and one call is made when it is back`() throws {
    let bench = try VendorBench()
    try bench.play { bench in
      bench.network.set(false)
      _ = try await bench.owing.owe([.addPhysicalKey(Self.order)], actor: "clerk")
      try await bench.life { _ in try await bench.clock.sleep(for: .seconds(300)) }
      #expect(try bench.entries()[0].state == .owed)
      bench.network.set(true)
      try await bench.life { _ in try await bench.wait { try bench.entries()[0].state == .settled } }
      #expect(await Self.numbers(bench) == [1])
    }
  }

  @Test(
    "what is surely refused may be sent again",
    arguments: [CloudFault.tooMany(retryAfter: 2), .refused])
  func refused(_ fault: CloudFault) throws {
    let bench = try VendorBench()
    try bench.play { bench in
      await bench.strike(fault, on: .addPhysicalKey)
      let ended = try await bench.send([.addPhysicalKey(Self.order)])
      #expect(ended.map(\.state) == [.settled])
      #expect(await Self.numbers(bench) == [1])
    }
  }

  @Test func `an unknown user is a refusal in its own shape`() throws {
    let bench = try VendorBench()
    try bench.play { bench in
      var order = Self.order
      order.user = "nobody"
      let ended = try await bench.send([.addPhysicalKey(order)])
      #expect(ended.map(\.state) == [.parked] && ended[0].fault?.code == .targetMissing)
    }
  }

  @Test func `a duplicate that shows later is told and taken away, and nobody else's key is`() throws {
    let bench = try VendorBench()
    try bench.play { bench in
      // Reads lag longer than any search: the key is there and cannot be seen.
      await bench.strike(.droppedAfter, on: .addPhysicalKey, lag: 100_000_000)
      #expect(try await bench.send([.addPhysicalKey(Self.order)]).map(\.state) == [.parked])
      await bench.desk.setFaults(CloudFaultPlan(seed: 0, rules: [], lag: 100_000_000))
      try await bench.desk.apply(.hubPlugged(id: "x", true))
      // Hidden again, and sent once more by a person.
      try await bench.journal.append(
        JournalDraft(entry: .resent(entry: Self.order.token, reason: "not there")))
      await bench.strike(.stale, on: .listPhysicalKeys)
      try await bench.life { _ in try await bench.wait { try bench.entries()[0].state == .settled } }
      #expect(await Self.numbers(bench) == [1, 2])
      await bench.desk.setFaults(.none)
      let found = try await bench.effects.vendor.find(Self.order)
      #expect(found?.values == ["number": "1", "duplicates": "2"])
      let kept = try #require(try Self.record(bench)?.number)
      let other: Int64 = kept == 1 ? 2 : 1

      try await bench.desk.apply(
        .keyAdded(
          user: "user-1", .init(number: 3, organisation: "org-7", note: "another", added: bench.clock.now())))
      let wrong = try await bench.send([.removePhysicalKey(Self.order, number: 3)])
      #expect(wrong.map(\.state) == [.parked] && wrong[0].fault?.code == .keyConflict)
      _ = try await OutboxRelease(journal: bench.journal, outbox: bench.journal).decide(
        .giveUp, ParkedFilter(code: .keyConflict), reason: "wrong number", actor: "qa", dryRun: false)
      await bench.strike(.droppedAfter, on: .removePhysicalKey)
      let removed = try await bench.send([.removePhysicalKey(Self.order, number: other)])
      #expect(removed.map(\.state) == [.settled])
      #expect(await Self.numbers(bench) == [kept, 3].sorted())
      #expect(await bench.cloud.effects["RemovePhysicalKey"] == 1)
    }
  }
}
