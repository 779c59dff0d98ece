import Foundation
import Testing

@testable import Station

/// Every refusal that the contract or a server has, given to every call that changes something.
@Suite("Refusals of the vendor's calls", .serialized)
struct VendorRefusalTests {
  enum Call: String, CaseIterable, Sendable {
    case claimHub = "ClaimHub"
    case reClaimHub = "ReClaimHub"
    case suspendHub = "SuspendHub"
    case sendHubCommand = "SendHubCommand"
    case createLock = "CreateLock"
    case addPhysicalKey = "AddPhysicalKey"
    case removePhysicalKey = "RemovePhysicalKey"

    static let order = PhysicalKeyOrder.sample()

    func effect(_ unit: UnitIdentity, _ bench: VendorBench) -> Effect {
      switch self {
      case .claimHub: .claimHub(unit, .sample)
      case .reClaimHub: .moveHub(unit, .sample, reason: "wrong site")
      case .suspendHub:
        .suspendHub(
          unit,
          Suspension(
            reason: "recalled", user: "user-1", until: bench.clock.now().advanced(by: .seconds(90_000))))
      case .sendHubCommand: .sendHubCommand(unit, HubCommand(command: "server_info", seconds: 5))
      case .createLock: .createLock(.sample())
      case .addPhysicalKey: .addPhysicalKey(Self.order)
      case .removePhysicalKey: .removePhysicalKey(Self.order, number: 2)
      }
    }

    /// What the effect needs to be there before.
    func prepare(_ unit: UnitIdentity, _ bench: VendorBench) async throws {
      switch self {
      case .reClaimHub:
        try await bench.desk.apply(
          .hubClaimed(
            id: unit.hub.text,
            .init(
              organisation: bench.stage.account.organisation, site: "site-1", user: "user-1",
              time: bench.clock.now())))
      case .removePhysicalKey:
        for number in [1, 2] as [Int64] {
          try await bench.desk.apply(
            .keyAdded(
              user: "user-1",
              .init(
                number: number, organisation: "org-7", note: Self.order.sentNote, added: bench.clock.now())))
        }
      default: break
      }
    }
  }

  private static func body(_ words: String) -> String {
    #"{"success":false,"error":"\#(words)","message":"no more \#(words)"}"#
  }

  private static let older =
    #"{"error":"Bad","message":"no","code":"V1","details":[{"field":"siteId","message":"is too odd"}]}"#

  /// How the entry ends when the call is answered so for as long as it is asked.
  private static func end(_ call: Call, _ status: Int, _ body: String, times: Int = .max) throws
    -> OutboxEntry
  {
    let bench = try VendorBench()
    var ended: OutboxEntry?
    try bench.play { bench in
      let unit = try await bench.registered()
      try await call.prepare(unit, bench)
      bench.exchange.answer(
        "/\(call.rawValue)", with: HTTPAnswer(status: status, headers: [], body: Array(body.utf8)),
        times: times)
      _ = try await bench.send([call.effect(unit, bench)])
    }
    ended = try bench.entries().last
    return try #require(ended)
  }

  @Test("a rule that is broken parks the entry, and is told in the vendor's words", arguments: Call.allCases)
  func rule(_ call: Call) throws {
    let ended = try Self.end(call, 400, Self.body("Odd"))
    #expect(ended.state == .parked && ended.fault?.code == .requestRefused, "\(ended)")
    let line = Wording(try #require(ended.fault)).line
    #expect(line.contains("Odd; no more Odd"), "\(line)")
    let older = try Self.end(call, 400, Self.older)
    #expect(older.state == .parked && older.fault?.values["fields"] == "siteId", "\(older)")
    #expect(older.fault?.values["message"]?.contains("siteId: is too odd") == true)
  }

  @Test("what is forbidden is explained", arguments: Call.allCases)
  func forbidden(_ call: Call) throws {
    let ended = try Self.end(call, 403, Self.body("Forbidden"))
    let fault = try #require(ended.fault)
    let isClaim = call == .claimHub || call == .reClaimHub
    #expect(ended.state == .parked && fault.code == (isClaim ? .claimForbidden : .requestRefused), "\(ended)")
    let line = Wording(fault).line
    #expect(line.contains("no more Forbidden"), "\(line)")
    #expect(!isClaim || line.contains("A key claims for its own organisation; others need a super key"))
  }

  @Test(
    "what is not there parks the entry, where its not being there is not what was wanted",
    arguments: Call.allCases)
  func missing(_ call: Call) throws {
    let ended = try Self.end(call, 404, #"{"success":false,"errors":[{"code":404,"message":"not found"}]}"#)
    if call == .suspendHub || call == .removePhysicalKey {
      #expect(ended.state == .settled && ended.evidence?.wasThere == true, "\(ended)")
    } else {
      #expect(ended.state == .parked && ended.fault?.code == .targetMissing, "\(ended)")
    }
  }

  @Test(
    "a server in trouble is asked again, and it is done once; a key is looked for first",
    arguments: Call.allCases, [408, 429, 500, 503])
  func trouble(_ call: Call, _ status: Int) throws {
    let ended = try Self.end(call, status, Self.body("Trouble"), times: 1)
    // Nothing but 429 says that a key was not given out.
    if call == .addPhysicalKey, status != 429 {
      #expect(ended.state == .parked && ended.fault?.code == .keyUnknown, "\(ended)")
    } else {
      #expect(ended.state == .settled, "\(ended)")
    }
  }

  @Test("a gateway's 502 waits for the hub where the call needs one", arguments: Call.allCases)
  func gateway(_ call: Call) throws {
    guard [.claimHub, .reClaimHub, .suspendHub, .sendHubCommand].contains(call) else { return }
    let ended = try Self.end(call, 502, Self.body("hub offline"))
    #expect(ended.state == .sending && ended.fault?.disposition == .waitForHub, "\(ended)")
  }

  @Test("a refused key stops the lane and parks nothing", arguments: Call.allCases)
  func unauthorized(_ call: Call) throws {
    let bench = try VendorBench()
    try bench.play { bench in
      let unit = try await bench.registered()
      try await call.prepare(unit, bench)
      bench.exchange.answer(
        "/\(call.rawValue)",
        with: HTTPAnswer(status: 401, headers: [], body: Array(Self.body("Unauthorized").utf8)), times: .max)
      _ = try await bench.owing.owe([call.effect(unit, bench)], actor: "clerk")
      try await bench.life { courier in
        try await bench.wait {
          try await courier.status().lanes.values.contains { $0.fault?.code == .credentialsRefused }
        }
      }
      #expect(try bench.entries().allSatisfy { $0.state == .owed || $0.state == .sending })
      #expect(try bench.unit(unit.hub)?.onHold == false)
    }
  }
}
