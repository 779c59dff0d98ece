import Foundation
import Testing

@testable import Station

@Suite("Values of the domain")
struct DomainValueTests {
  @Test func `a timestamp survives its text form`() throws {
    for milliseconds in [0, 1, 951_782_400_000, 1_795_224_303_123, 4_102_444_799_999, -1] as [Int64] {
      let moment = Timestamp(milliseconds: milliseconds)
      #expect(Timestamp(moment.description) == moment)
      #expect(
        moment.description
          == Date(timeIntervalSince1970: Double(milliseconds) / 1000).ISO8601Format(
            .iso8601WithTimeZone(includingFractionalSeconds: true)))
    }
    #expect(Timestamp("2026-02-30T00:00:00.000Z") == nil)
    #expect(Timestamp("2026-02-28 00:00:00.000Z") == nil)
  }

  @Test func `a serial is normalised by the rule of its model and refused by it`() throws {
    let rule = SerialRule(pattern: "SPK[0-9]{8}")
    #expect(try rule.normalise(" spk00000001\r\n").text == "SPK00000001")
    for bad in [
      "SPK1", "", "SPK00000001 x", "SPK0000000\u{0}", "SPK0000000'", String(repeating: "9", count: 10_000),
    ] {
      #expect(throws: Fault.self) { try rule.normalise(bad) }
    }
  }

  @Test func `slots sort as a person reads them`() {
    let names = ["A10", "B1", "A2", "A1"].compactMap { SlotName($0) }
    #expect(names.sorted().map(\.text) == ["A1", "A2", "A10", "B1"])
  }

  @Test func `every kind of entry survives its stored form`() throws {
    let hub = try #require(HubID("90799d3e-b623-5a59-b2aa-e7df099f5daa"))
    let fault = Fault(.hubSilent, ["waitingFor": "prompt"])
    let intent = OutboxIntent(
      entry: "e", order: 0, kind: .createThing, hub: hub, serial: SerialNumber(normalised: "S1"),
      model: "HUB-2",
      vendorName: "V", thing: hub.text, certificate: "ab", certificateDER: Data([1, 2]))
    let entries: [JournalEntry] = [
      .stationStarted(StationStart(version: "1", settings: "x")), .stationStopped(reason: "r"),
      .opened(device: "/dev/x"), .began(.deliver),
      .done(
        .certified(
          .init(certificate: Data([1]), fingerprint: "f", issuer: "i", notAfter: .init(milliseconds: 5)))),
      .done(.finished), .done(.checked([])), .done(.labelled(raster: "r")), .done(.flashed(version: "2")),
      .failed(.identify, fault), .restarted(revoking: ["a"]), .closed(.failed, fault), .closed(.passed, nil),
      .held(fault), .freed(reason: "r"), .owed(intent), .sending(entry: "e"),
      .settled(entry: "e", EffectEvidence(wasThere: true)),
      .parked(entry: "e", fault), .delayed(entry: "e", fault), .released(entry: "e", reason: "r"),
    ]
    for entry in entries {
      #expect(try JournalEntry(kind: entry.kind, body: try entry.body()) == entry)
    }
  }
}
