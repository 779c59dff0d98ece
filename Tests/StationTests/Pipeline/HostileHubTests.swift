import Foundation
import Testing

@testable import Station

/// Hubs that lie in words, through the whole loop onto a real ledger and a real wall.
@Suite("Hostile hubs")
struct HostileHubTests {
  static let lies: [String: String] = [
    "quotes": #"SPK"'`$(id)`00000001"#,
    "newlines": "SPK00000001\nstep.done\r\nSPK00000002",
    "separators": "SPK00000001,PASS;|\u{1F}\u{0}\tSPK00000002",
    "escape sequences": "\u{1B}[2J\u{1B}[42m PASS \u{1B}]0;owned\u{7}",
    "text turned around": "SPK\u{202E}10000000",
    "10,000 characters": String(repeating: "SPK00000001", count: 1_000),
    "one character of a quarter megabyte": "S" + String(repeating: "\u{301}", count: 1 << 17),
    "nothing": "",
    "JSON": #"{"word":"PASS","row":1}"#,
    "a path": "../../etc/passwd",
  ]

  private func isHarmless(_ conclusion: Conclusion, on floor: PipelineBench, _ code: FaultCode) async throws {
    #expect(conclusion.outcome == .failed && conclusion.fault?.code == code)
    #expect(conclusion.recorded)
    let fault = try #require(conclusion.fault)
    try FuzzTarget.require(fault)
    for value in fault.values.values { try FuzzTarget.requirePrintable(value, limit: Fault.longestValue) }
    let rows = try await floor.ledger.rows(ofAttempt: conclusion.attempt)
    #expect(!rows.isEmpty)
    for row in rows {
      #expect(row.body.count < 4096, "\(row.kind) has \(row.body.count) bytes")
      #expect(row.body.allSatisfy { (0x20...0x7E).contains($0) }, "\(row.kind) is not plain")
    }
    let tile = WallTile(slot: conclusion.slot, face: .failed(fault))
    let event = WallEvent(tile, time: Timestamp(milliseconds: 0), row: 1)
    try FuzzTarget.requirePrintable(event.text, limit: 1_000)
    try FuzzTarget.requirePrintable(event.json, limit: 4_000)
  }

  /// Through the runner, on a device whose name is the station's own word and not the hub's.
  private func visit(_ nature: SimulatedHub.Nature, on floor: PipelineBench) async -> Conclusion {
    let hub = SimulatedHub(nature)
    let now = floor.bench.clock.now()
    let driver = InProcessHub(hub: hub, plug: hub.plug())
    return await floor.runner.run(
      Visit(
        slot: PipelineBench.slot, device: "/dev/ttyUSB0", driver: driver, actor: "tester",
        attempt: AttemptID(time: now, random: floor.bench.randomness.bytes(10)), opened: now,
        progress: { _, _ in }))
  }

  private typealias Nature = SimulatedHub.Nature
  private static let mac = "02:00:5e:00:00:01"

  @Test func `a lie for a serial, a model, an address or a UUID ends with its own fault and reaches nothing`()
    async throws
  {
    let floor = try await PipelineBench()
    let reporting = try await PipelineBench(hubID: .reported, authority: floor.authority)
    for lie in Self.lies.values {
      for (nature, code, floor) in [
        (Nature(serial: lie, mac: Self.mac), FaultCode.serialInvalid, floor),
        (Nature(serial: "SPK00000001", model: lie, mac: Self.mac), .modelUnknown, floor),
        (Nature(serial: "SPK00000001", mac: lie), .macInvalid, floor),
        (Nature(serial: "SPK00000001", mac: Self.mac, hubID: lie), .hubIDInvalid, reporting),
      ] {
        try await isHarmless(await visit(nature, on: floor), on: floor, code)
      }
    }
    #expect(try await floor.ledger.verifyChain().firstBreak == nil)
    #expect(try await floor.ledger.units(UnitFilter()).isEmpty, "a liar became a unit")
  }

  @Test func `a lie for a check is judged, cut and escaped, and one for a firmware is kept as plain text`()
    async throws
  {
    let floor = try await PipelineBench(checks: [
      CheckDefinition(name: "radio", measure: "", low: nil, high: nil, expected: "ok")
    ])
    for (number, lie) in Self.lies.values.enumerated() {
      let mac = "02:00:5e:00:01:0\(number)"
      var nature = Nature(serial: "SPK0000010\(number)", mac: mac, firmware: lie)
      nature.checks = ["radio": .says(lie)]
      try await isHarmless(await visit(nature, on: floor), on: floor, .checkOutside)
      let firmware = try #require(try await floor.record(nature.serial)).firmware ?? ""
      try FuzzTarget.requirePrintable(firmware, limit: 80)
    }
  }

  @Test func `a certificate that is none is no identity, and is written over`() async throws {
    let floor = try await PipelineBench()
    let hub = PipelineBench.hub()
    hub.plug()
    for garbage in [
      "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n", "-----END CERTIFICATE-----",
    ] {
      hub.examine { state in
        state.storage.perform(
          .write(path: "certificate.pem", .init(bytes: Array(garbage.utf8), mode: 0o644, owner: nil)))
        state.storage.perform(.activate)
        state.storage.sync()
      }
    }
    #expect(await floor.visit(hub).outcome == .passed)
  }
}
