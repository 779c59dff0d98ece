import Foundation
import Testing

@testable import Station

/// Every request that the station can send to the vendor, and every answer that the simulated cloud gives, judged by JSON
/// Schema and a validator that is not ours (Tests/Oracles/contract.py).
///
/// The judge is the vendor's own OpenAPI description where it lies beside the project (or where
/// `STATION_VENDOR_CONTRACT` says), else the project's tables of the same facts; which one it was is printed.
@Suite("The vendor's contract", .serialized)
struct ContractTests {
  private struct Line: Encodable {
    var method: String
    var path: String
    var request: JSONValue
    var status: Int
    var answer: JSONValue
    /// The station meant to send it; others are sent to hear the refusal.
    var intended: Bool
  }

  private struct Verdict: Decodable {
    var checked: [String: Int]
    var findings: [String]
  }

  private static func lines(_ bench: VendorBench, intended: Bool = true) -> [Line] {
    bench.exchange.exchanges.compactMap { exchange in
      let path = exchange.call.path
      guard ["/hubs/", "/locks/", "/users/"].contains(where: { path.hasPrefix($0) }) else { return nil }
      return Line(
        method: exchange.call.method, path: path, request: JSONValue(parsing: exchange.call.body) ?? [:],
        status: exchange.answer.status, answer: JSONValue(parsing: exchange.answer.body) ?? .null,
        intended: intended)
    }
  }

  private static func judge(_ lines: [Line]) throws -> Verdict {
    let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Oracles/contract.py").path()
    let encoder = JSONEncoder()
    let text = try lines.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
      .joined(separator: "\n")
    let contract = try description().map { [$0] } ?? []
    print("judged by \(contract.first ?? "the project's own tables")")
    return try JSONDecoder().decode(
      Verdict.self, from: ForeignText.run([script] + contract, Data((text + "\n").utf8)))
  }

  /// The vendor's description; nil: it is not here. One that is named and not there is a mistake, not a reason to take
  /// the tables.
  private static func description() throws -> String? {
    if let named = ProcessInfo.processInfo.environment["STATION_VENDOR_CONTRACT"], !named.isEmpty {
      try #require(FileManager.default.fileExists(atPath: named), "\(named) is not there")
      return named
    }
    let root = (0..<4).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
    let beside = root.appending(path: "../shared/reference/spkey/openapi.json").standardized
      .path(percentEncoded: false)
    return FileManager.default.fileExists(atPath: beside) ? beside : nil
  }

  private static var hasJudge: Bool {
    (try? ForeignText.run(["-c", "import jsonschema"], Data())) != nil
  }

  @Test(.enabled(if: hasJudge, "needs jsonschema: make test installs it"))
  func `requests and answers are what the contract says`() throws {
    let bench = try VendorBench()
    try bench.play { bench in
      let site = Customer(site: "site-7", user: "user-1", organisation: bench.stage.account.organisation)
      var bare = Lock.sample(2)
      (bare.serial, bare.vendorName, bare.owner, bare.keys) = (nil, nil, nil, [])
      let key = PhysicalKeyOrder.sample()
      // Nine hubs: the simulator leaves claim fields out in three ways, by the hub's id.
      for number in 1...9 {
        let unit = try await bench.registered(number)
        _ = try await bench.send([
          .provisionHub(unit), .confirmHub(unit), .claimHub(unit, .sample), .claimHub(unit, .sample),
          .moveHub(unit, Customer(site: "site-8", user: "user-2"), reason: "r"),
          .moveHub(unit, site, reason: "r"),
          .sendHubCommand(
            unit, HubCommand(command: "get_nodes", arguments: ["only_available": true], seconds: 5)),
          .checkHub(unit, CloudCheck(command: CloudCheck.online, seconds: 5, values: [])),
        ])
      }
      let unit = try await bench.registered(1)
      _ = try await bench.send(
        Retirement(
          unit: unit, reason: "scrapped", user: "user-1",
          revokeBy: bench.clock.now().advanced(by: .seconds(900))
        ).intents { "" }.map(\.effect))
      let fresh = UnitIdentity.sample(
        try CourierBench.hub(77), certificate: String(repeating: "a", count: 64))
      try await bench.desk.apply(.thingCreated(.init(name: fresh.thing, id: "t", attributes: [:])))
      _ = try await bench.send([.provisionHub(fresh), .confirmHub(fresh)])
      _ = try await bench.send([.createLock(.sample()), .createLock(bare)])
      _ = try await bench.effects.vendor.create(Lock.sample())
      _ = try await bench.effects.vendor.find(Lock.sample())
      _ = try await bench.effects.vendor.find(Lock.sample(9))
      _ = try await bench.send([.addPhysicalKey(key)])
      var terse = PhysicalKeyOrder.sample(2)
      (terse.note, terse.organisationName) = (nil, nil)
      _ = try await bench.send([.addPhysicalKey(terse)])
      _ = try await bench.effects.vendor.findRemoval(key, 1)
      _ = try await bench.effects.vendor.findRemoval(key, 99)
      _ = try await bench.effects.vendor.remove(key, 1)
    }
    let refused = try Self.refusals()
    let verdict = try Self.judge(Self.lines(bench) + refused)
    #expect(verdict.findings == [])
    for expected in [
      "ProvisionHub request", "ProvisionHub 200", "ProvisionHub 201", "ProvisionHub 400", "ProvisionHub 401",
      "ClaimHub request", "ClaimHub 200", "ClaimHub 400", "ClaimHub 404", "ClaimHub 502",
      "ClaimHub 403 undocumented", "ReClaimHub request", "ReClaimHub 200", "ReClaimHub 400", "ReClaimHub 404",
      "SuspendHub request", "SuspendHub 200", "SuspendHub 400", "SuspendHub 404", "SuspendHub 502",
      "SendHubCommand request", "SendHubCommand 200", "SendHubCommand 404", "SendHubCommand 502",
      "status 200", "status 404", "CreateLock request", "CreateLock 200", "CreateLock 201", "CreateLock 400",
      "basic-info 200", "basic-info 404", "AddPhysicalKey request", "AddPhysicalKey 200",
      "AddPhysicalKey 404", "AddPhysicalKey 400", "PhysicalKeys 200", "PhysicalKeys 404", "PhysicalKey 200",
      "PhysicalKey 404", "RemovePhysicalKey request", "RemovePhysicalKey 200", "RemovePhysicalKey 404",
      "ClaimHub 429 undocumented", "ClaimHub 500 undocumented",
    ] {
      #expect(verdict.checked[expected, default: 0] > 0, "never seen: \(expected)")
    }
  }

  /// What the simulator says to requests that no station sends, and what it says when it is in trouble.
  private static func refusals() throws -> [Line] {
    let bench = try VendorBench()
    try bench.play { bench in
      let unit = try await bench.registered()
      let nobody = UnitIdentity.sample(try CourierBench.hub(99))
      func post(_ path: [String], _ body: JSONValue) async {
        // Only what the cloud says of it is wanted.
        _ = try? await bench.effects.vendor.send(
          VendorCall(operation: .claimHub, method: "POST", path: path, body: body, about: [:]))
      }
      let id: JSONValue = .text(unit.hub.text)
      let unknown: JSONValue = .text(nobody.hub.text)
      await post(["hubs", unit.hub.text, "ClaimHub"], ["hubId": id])
      await post(
        ["hubs", unit.hub.text, "ClaimHub"], ["hubId": id, "siteId": "s", "userId": "u", "orgId": "other"])
      await post(["hubs", unit.hub.text, "ProvisionHub"], ["hubId": id, "serial": ""])
      await post(
        ["hubs", unit.hub.text, "ReClaimHub"],
        [
          "hubId": id, "newOrgId": .text(bench.stage.account.organisation), "newSiteId": "s", "reason": "r",
          "userId": "u",
        ])
      await post(["hubs", nobody.hub.text, "ClaimHub"], ["hubId": unknown, "siteId": "s", "userId": "u"])
      await post(
        ["hubs", nobody.hub.text, "ReClaimHub"],
        [
          "hubId": unknown, "newOrgId": .text(bench.stage.account.organisation), "newSiteId": "s",
          "reason": "r", "userId": "u",
        ])
      await post(["hubs", nobody.hub.text, "SuspendHub"], ["hubId": unknown, "reason": "r", "userId": "u"])
      await post(["hubs", nobody.hub.text, "SendHubCommand"], ["hubId": unknown, "command": "c"])
      _ = try await bench.effects.vendor.status(nobody)
      await post(["locks", "0", "CreateLock"], ["index": 1, "uuid": id])
      await post(["locks", "1", "CreateLock"], ["index": 0, "uuid": id])
      await post(["users", "user-1", "AddPhysicalKey"], ["orgId": ""])
      await post(["users", "nobody", "AddPhysicalKey"], ["orgId": "o"])
      await post(["users", "user-1", "RemovePhysicalKey"], ["number": 4])
      await post(["users", "user-1", "RemovePhysicalKey"], ["number": 0])
      var order = PhysicalKeyOrder.sample()
      order.user = "nobody"
      _ = try? await bench.effects.vendor.find(order)
      try await bench.desk.apply(.hubPlugged(id: unit.hub.text, false))
      for command in ["ClaimHub", "SuspendHub", "SendHubCommand"] {
        await post(
          ["hubs", unit.hub.text, command],
          ["hubId": id, "siteId": "s", "userId": "u", "reason": "r", "command": "c"])
      }
      try await bench.desk.apply(.hubSet(id: unit.hub.text, status: "Suspended"))
      for command in ["ClaimHub", "SuspendHub"] {
        await post(
          ["hubs", unit.hub.text, command], ["hubId": id, "siteId": "s", "userId": "u", "reason": "r"])
      }
      _ = try await bench.effects.vendor.status(unit)
      for fault in [CloudFault.refused, .tooMany(retryAfter: nil), .failed(status: 500)] {
        for operation in [CloudOperation.claimHub, .provisionHub, .getHubStatus] {
          await bench.strike(fault, on: operation, times: nil)
          await post(["hubs", unit.hub.text, "ClaimHub"], ["hubId": id, "siteId": "s", "userId": "u"])
          await post(["hubs", unit.hub.text, "ProvisionHub"], ["hubId": id, "serial": "s", "model": "m"])
        }
      }
    }
    return lines(bench, intended: false)
  }
}
