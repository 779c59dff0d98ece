import Foundation
import Testing

@testable import Station

/// Where a hub's UUID comes from, and what happens when two hubs have one.
@Suite("The hub's UUID")
struct HubNamingTests {
  private static let namespace = UUID(uuidString: "6ba7b810-9dad-11d1-80b4-00c04fd430c8")!
  private static let serial = SerialNumber(normalised: "SPK00000001")
  private static let first = "0b2f6c1e-7d0a-4d5e-9f00-000000000001"
  private static let second = "0b2f6c1e-7d0a-4d5e-9f00-000000000002"

  private static func model(_ origin: HubIDOrigin) -> HubModel {
    var model = PipelineBench.model()
    model.hubID = origin
    return model
  }

  private static func list(_ text: String) throws(Fault) -> HubIDList {
    try HubIDList(text, file: "ids.csv", rule: PipelineBench.model().serialRule)
  }

  @Test func `derived from namespace, model and serial: the vector that was agreed on`() throws {
    let naming = HubNaming(namespace: Self.namespace)
    let hub = try naming.hub(model: Self.model(.derived), serial: Self.serial, reported: Self.first)
    #expect(hub.text == "90799d3e-b623-5a59-b2aa-e7df099f5daa")
  }

  @Test func `said by the hub: only a UUID is believed`() throws {
    let naming = HubNaming(namespace: Self.namespace)
    let model = Self.model(.reported)
    #expect(
      try naming.hub(model: model, serial: Self.serial, reported: Self.first.uppercased()).text == Self.first)
    for wrong in [nil, "", "SPK00000001", Self.first + "0", "{" + Self.first.dropLast(2) + "}"] {
      #expect(throws: Fault(.hubIDInvalid, ["hub": wrong ?? "", "serial": "SPK00000001"])) {
        try naming.hub(model: model, serial: Self.serial, reported: wrong)
      }
    }
  }

  @Test func `from the vendor's list, whatever program wrote it`() throws {
    let text =
      "\u{FEFF}serial,hubId\r\n# first batch\r\n\r\nspk00000001,\(Self.first)\r\n\"SPK00000002\",\"\(Self.second)\"\r\n"
    let naming = HubNaming(namespace: Self.namespace, lists: ["HUB-2": try Self.list(text)])
    let model = Self.model(.listed(file: "ids.csv"))
    #expect(try naming.hub(model: model, serial: Self.serial, reported: nil).text == Self.first)
    #expect(throws: Fault(.hubIDUnlisted, ["serial": "SPK00000003", "file": "ids.csv"])) {
      try naming.hub(model: model, serial: SerialNumber(normalised: "SPK00000003"), reported: Self.first)
    }
  }

  @Test(arguments: [
    ("SPK00000001", "line 1 is not `serial,hubId`"),
    ("SPK00000001,\(first),x", "line 1 is not `serial,hubId`"),
    ("XYZ,\(first)", "line 1 has the serial XYZ, against the model's rule"),
    ("SPK00000001,1234", "line 1 has no UUID: 1234"),
    ("SPK00000001,\(first)\nspk00000001,\(second)", "line 2 repeats the serial SPK00000001"),
    ("SPK00000001,\(first)\n\nSPK00000002,\(first)", "line 3 repeats the UUID of line 1"),
    ("", "it lists no hub"),
  ])
  func `one wrong line makes a list unusable, and is named`(text: String, problem: String) {
    #expect(throws: Fault(.hubIDListInvalid, ["file": "ids.csv", "problems": problem, "count": "1"])) {
      try Self.list(text)
    }
  }

  @Test func `all wrong lines are counted, and the first ones named`() throws {
    let text = (1...2_000).map { $0 % 1_000 == 0 ? "?" : "SPK\(10_000_000 + $0),\(UUID())" }
    #expect(
      throws: Fault(
        .hubIDListInvalid,
        [
          "file": "ids.csv", "count": "2",
          "problems": "line 1000 is not `serial,hubId`; line 2000 is not `serial,hubId`",
        ])
    ) { try Self.list(text.joined(separator: "\n")) }
  }

  @Test func `a hub with the UUID of another is refused, and the other's story stays its own`() async throws {
    let floor = try await PipelineBench(hubID: .reported)
    func hub(_ serial: String, _ mac: String) -> SimulatedHub {
      SimulatedHub(.init(serial: serial, mac: mac, hubID: Self.first))
    }
    let honest = hub("SPK00000001", "02:00:5e:00:00:01")
    #expect(await floor.visit(honest).outcome == .passed)
    let before = try await floor.entries().count
    let conclusion = await floor.visit(hub("SPK00000002", "02:00:5e:00:00:02"))
    #expect(conclusion.fault?.code == .hubIDClaimed)
    #expect(conclusion.fault?.values["other"] == "SPK00000001")
    #expect(conclusion.outcome == .failed && conclusion.recorded)
    #expect(try await floor.entries().count == before)
    #expect(try await floor.record()?.hub.text == Self.first)
    #expect(await floor.visit(honest).outcome == .passed)
    #expect(
      await floor.visit(SimulatedHub(.init(serial: "SPK00000003", mac: "02:00:5e:00:00:03"))).fault?.code
        == .hubIDInvalid)
  }
}
