import Foundation
import Testing

@testable import Station

@Suite("Values of the domain")
struct DomainValueTests {
  @Test func `a timestamp survives its text form`() throws {
    let known: [(Int64, String)] = [
      (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
      (951_782_400_000, "2000-02-29T00:00:00.000Z"), (1_795_224_303_123, "2026-11-21T01:25:03.123Z"),
      (4_102_444_799_999, "2099-12-31T23:59:59.999Z"),
    ]
    for (milliseconds, text) in known {
      let moment = Timestamp(milliseconds: milliseconds)
      #expect(moment.description == text)
      #expect(Timestamp(text) == moment)
      #expect(Timestamp(moment.date) == moment)
    }
    for day in stride(from: -130_000 as Int64, to: 60_000, by: 97) {
      let moment = Timestamp(milliseconds: day * 86_400_000)
      #expect(moment.description.prefix(19) == moment.date.ISO8601Format().prefix(19))
    }
    #expect(Timestamp("2026-02-30T00:00:00.000Z") == nil)
    #expect(Timestamp("2026-02-28 00:00:00.000Z") == nil)
  }

  @Test func `a serial is normalised by the rule of its model and refused by it`() throws {
    let rule = SerialRule(pattern: "SPK[0-9]{8}")
    #expect(try rule.normalise(" spk00000001\r\n").text == "SPK00000001")
    #expect(throws: Fault.self) { try SerialRule(pattern: ".*").normalise("SPK_1") }
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
    let owed = EffectKind.allCases.map { kind in
      JournalEntry.owed(
        OutboxIntent(entry: "e", effect: Effect(kind, .sample(hub), der: Data([1, 2]))))
    }
    let entries: [JournalEntry] = [
      .stationStarted(StationStart(version: "1", settings: "x")), .stationStopped(reason: "r"),
      .merged(LedgerMerging(sources: [])),
      .exported(
        ExportEvent(
          batch: "b", revision: 1, position: 2, profile: ExportProfile.shipped[0], rows: 3, manifest: "m")),
      .sealed(LedgerSeal(checkpoint: "c", key: "k", reason: .shift, frontier: ["ab"])),
      .opened(device: "/dev/x"), .began(.deliver),
      .done(
        .certified(
          .init(certificate: Data([1]), fingerprint: "f", issuer: "i", notAfter: .init(milliseconds: 5)))),
      .done(.finished), .done(.checked([])), .done(.labelled(raster: "r")), .done(.flashed(version: "2")),
      .failed(.identify, fault), .restarted(revoking: ["a"]), .closed(.failed, fault), .closed(.passed, nil),
      .held(fault), .freed(reason: "r"), .sending(entry: "e"),
      .settled(entry: "e", EffectEvidence(wasThere: true)),
      .parked(entry: "e", fault), .delayed(entry: "e", fault), .released(entry: "e", reason: "r"),
      .resent(entry: "e", reason: "r"), .givenUp(entry: "e", reason: "r"), .packed(lock: 7),
      .unpacked(lock: 7),
    ]
    for entry in entries + owed {
      #expect(try JournalEntry(kind: entry.kind, body: try entry.body()) == entry)
    }
  }
}
