import Foundation
import Testing

@testable import Station

@Suite("Claiming hubs for a customer", .serialized)
struct ClaimTests {
  private static let customer = Customer(site: "site-7", user: "user-1")

  private static func times(_ bench: VendorBench, _ effect: String = "ClaimHub") async -> Int {
    await bench.cloud.effects[effect] ?? 0
  }

  @Test func `a hub is claimed once, for the key's own organisation, which is not sent`() throws {
    let bench = try VendorBench()
    try bench.play { bench in
      let unit = try await bench.registered()
      let ended = try await bench.send([.claimHub(unit, Self.customer)])
      #expect(ended.map(\.state) == [.settled] && ended[0].evidence?.values["site"] == "site-7")
      let hub = await bench.cloud.hubs[unit.hub.text]
      #expect(hub?.claim?.organisation == bench.stage.account.organisation && hub?.claim?.site == "site-7")
      let sent = bench.exchange.exchanges.first { $0.call.path.hasSuffix("/ClaimHub") }
      #expect(JSONValue(parsing: sent?.call.body ?? [])?["orgId"] == nil)
      // Again, by hand: already there, and the same.
      let again = try await bench.send([.claimHub(unit, Self.customer)])
      #expect(again.map(\.state) == [.settled] && again[0].evidence?.wasThere == true)
      #expect(await Self.times(bench) == 1)
    }
  }

  @Test(
    "an answer that is lost is looked up, whichever way it was lost",
    arguments: [CloudFault.droppedBefore, .droppedAfter, .truncated, .failed(status: 503), .page])
  func lost(_ fault: CloudFault) throws {
    let bench = try VendorBench()
    try bench.play { bench in
      let unit = try await bench.registered()
      await bench.strike(fault, on: .claimHub, lag: 5_000)
      let ended = try await bench.send([.claimHub(unit, Self.customer)])
      #expect(ended.map(\.state) == [.settled])
      #expect(await Self.times(bench) == 1)
      await bench.strike(fault, on: .reClaimHub, lag: 5_000)
      let moved = try await bench.send([
        .moveHub(unit, Customer(site: "site-8", user: "user-1"), reason: "wrong site")
      ])
      #expect(moved.map(\.state) == [.settled], "\(moved)")
      #expect(await bench.cloud.hubs[unit.hub.text]?.claim?.site == "site-8")
      #expect(await Self.times(bench) == 2)
    }
  }

  @Test func `another site is a conflict that parks and holds; a move mends it`() throws {
    let bench = try VendorBench()
    try bench.play { bench in
      let unit = try await bench.registered()
      _ = try await bench.send([.claimHub(unit, Customer(site: "site-1", user: "user-1"))])
      let ended = try await bench.send([.claimHub(unit, Self.customer)])
      #expect(ended.map(\.state) == [.parked] && ended[0].fault?.code == .claimConflict)
      #expect(ended[0].fault?.values["actual"]?.contains("site-1") == true)
      #expect(try bench.unit(unit.hub)?.hold?.code == .claimConflict)
      let given = try await OutboxRelease(journal: bench.journal, outbox: bench.journal).decide(
        .giveUp, ParkedFilter(code: .claimConflict), reason: "moved instead", actor: "qa", dryRun: false)
      #expect(given.count == 1)
      #expect(try bench.unit(unit.hub)?.onHold == false)
      let moved = try await bench.send([.moveHub(unit, Self.customer, reason: "wrong site")])
      #expect(moved.map(\.state) == [.settled])
      #expect(await bench.cloud.hubs[unit.hub.text]?.claim?.site == "site-7")
      #expect(try bench.comparesEqual())
    }
  }

  @Test func `a hub of another organisation is a conflict, and one that is suspended is told`() throws {
    let bench = try VendorBench()
    try bench.play { bench in
      let (one, two) = (try await bench.registered(1), try await bench.registered(2))
      try await bench.desk.apply(
        .hubClaimed(
          id: one.hub.text,
          .init(organisation: "org-other", site: Self.customer.site, user: "user-1", time: bench.clock.now()))
      )
      let foreign = try await bench.send([.claimHub(one, Self.customer)])
      #expect(foreign.map(\.state) == [.parked] && foreign[0].fault?.code == .claimConflict)
      #expect(foreign[0].fault?.values["actual"] == "orgId=org-other siteId=site-7")
      try await bench.desk.apply(.hubSet(id: two.hub.text, status: "Suspended"))
      let suspended = try await bench.send([.claimHub(two, Self.customer)])
      #expect(suspended.map(\.state) == [.parked] && suspended[0].fault?.code == .hubSuspended)
      #expect(await bench.cloud.hubs[one.hub.text]?.claim?.organisation == "org-other")
      #expect(await bench.cloud.hubs[two.hub.text]?.claim == nil)
    }
  }

  @Test func `another organisation needs a super key, and the refusal says so`() throws {
    let foreign = Customer(site: "site-7", user: "user-1", organisation: "org-other")
    let bench = try VendorBench()
    try bench.play { bench in
      let unit = try await bench.registered()
      let ended = try await bench.send([.claimHub(unit, foreign)])
      #expect(ended.map(\.state) == [.parked] && ended[0].fault?.code == .claimForbidden)
      // One forbidden claim stops nobody else's work.
      let other = try await bench.registered(2)
      #expect(try await bench.send([.claimHub(other, Self.customer)]).map(\.state) == [.settled])
    }
    var furniture = CloudState.Furniture()
    furniture.superKey = true
    let superior = try VendorBench(furniture: furniture)
    try superior.play { bench in
      let unit = try await bench.registered()
      #expect(try await bench.send([.claimHub(unit, foreign)]).map(\.state) == [.settled])
      #expect(await bench.cloud.hubs[unit.hub.text]?.claim?.organisation == "org-other")
    }
  }

  @Test func `a hub that is not connected is waited for, apart from the backlog, and may be given up`() throws
  {
    let bench = try VendorBench()
    try bench.play { bench in
      let units = [try await bench.registered(1), try await bench.registered(2)]
      for unit in units { try await bench.desk.apply(.hubPlugged(id: unit.hub.text, false)) }
      let waiting = try await bench.send(units.map { .claimHub($0, Self.customer) })
      #expect(waiting.allSatisfy { $0.state == .sending && $0.fault?.code == .hubOffline })
      #expect(try bench.unit(units[0].hub)?.onHold == false)
      let release = OutboxRelease(journal: bench.journal, outbox: bench.journal)
      let filter = ParkedFilter(serial: units[1].serial)
      let trial = try await release.decide(.giveUp, filter, reason: "boxed", actor: "qa", dryRun: true)
      #expect(trial.count == 1)
      _ = try await release.decide(.giveUp, filter, reason: "boxed", actor: "qa", dryRun: false)
      try await bench.desk.apply(.hubPlugged(id: units[0].hub.text, true))
      try await bench.desk.apply(.hubPlugged(id: units[1].hub.text, true))
      try await bench.life { courier in
        try await bench.wait(.seconds(3_600)) { try bench.entries()[0].state == .settled }
        #expect(try await courier.status().waitingForHub == 0)
      }
      #expect(try bench.entries().map(\.state) == [.settled, .givenUp])
      #expect(await Self.times(bench) == 1)
    }
  }

  @Test func `a hub that never comes is parked at the deadline`() throws {
    let bench = try VendorBench()
    try bench.play { bench in
      let unit = try await bench.registered()
      try await bench.desk.apply(.hubPlugged(id: unit.hub.text, false))
      _ = try await bench.owing.owe([.claimHub(unit, Self.customer)], actor: "tester")
      try await bench.life({ $0.hubDeadline = .seconds(7_200) }) { _ in
        try await bench.wait(.seconds(20_000)) { try bench.entries()[0].state == .parked }
      }
      #expect(bench.clock.uptime() > .seconds(7_200))
    }
  }

  @Test func `without the key's organisation in the settings no claim is sent`() throws {
    let bench = try VendorBench { $0.vendor.organisation = nil }
    try bench.play { bench in
      let unit = try await bench.registered()
      let ended = try await bench.send([.claimHub(unit, Self.customer)])
      #expect(ended.map(\.state) == [.parked] && ended[0].fault?.values["field"] == "orgId")
      #expect(bench.exchange.count("POST", "/ClaimHub") == 0)
    }
  }

  @Test func `a claim is written offline, and sent when the network is back`() throws {
    let bench = try VendorBench()
    try bench.play { bench in
      let unit = try await bench.registered()
      bench.network.set(false)
      _ = try await bench.owing.owe([.claimHub(unit, Self.customer)], actor: "tester")
      try await bench.life { _ in try await bench.clock.sleep(for: .seconds(120)) }
      #expect(try bench.entries()[0].state == .sending)
      bench.network.set(true)
      try await bench.life { _ in try await bench.wait { try bench.entries()[0].state == .settled } }
      #expect(await Self.times(bench) == 1)
    }
  }
}
