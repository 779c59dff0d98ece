import Foundation
import Testing

@testable import Station

@Suite("The contract's rules, before the network")
struct VendorRulesTests {
  private static func field(_ check: () throws -> Void) -> String? {
    do {
      try check()
      return nil
    } catch { return (error as? Fault).map { "\($0.code.rawValue) \($0.values["field"] ?? "")" } }
  }

  private static func lock(_ change: (inout Lock) -> Void) -> Lock {
    var lock = Lock.sample()
    change(&lock)
    return lock
  }

  @Test func `a good lock, key and customer pass`() throws {
    try Lock.sample().check()
    try Self.lock { $0.uuid = $0.uuid.uppercased() }.check()
    try Self.lock { ($0.serial, $0.vendorName, $0.owner, $0.keys) = (nil, nil, nil, []) }.check()
    // The uuid of a key is plain text in the contract, its index any whole number.
    try Self.lock { $0.keys = [.init(uuid: "not a uuid", index: -3)] }.check()
    try Self.lock { $0.serial = String(repeating: "a", count: 800) }.check()
    try Self.lock { $0.id = 9_007_199_254_740_991 }.check()
    try PhysicalKeyOrder.sample().check()
    // Ids of sites, users and organisations are plain text: no UUID is asked for.
    try Customer(site: "x y", user: "ü", organisation: "7").check()
  }

  @Test(
    "a wrong lock is refused by the name of its field",
    arguments: [
      (lock { $0.id = 0 }, "lockId"), (lock { $0.id = 9_007_199_254_740_992 }, "lockId"),
      (lock { $0.index = -1 }, "index"), (lock { $0.uuid = "" }, "uuid"),
      (lock { $0.uuid = "5a0e8f5e94d24f0b9a530f6f4b1f6c11" }, "uuid"),
      (lock { $0.uuid = "5a0e8f5e-94d2-4f0b-9a53-0f6f4b1f6c1g" }, "uuid"),
      (lock { $0.serial = "LK 1" }, "serialNumber"),
      (lock { $0.serial = String(repeating: "a", count: 801) }, "serialNumber"),
      (lock { $0.vendorName = "Ä" }, "vendorName"), (lock { $0.keys = [.init(uuid: "")] }, "keys[0].uuid"),
      (lock { $0.keys.append(.init(uuid: "k", index: .max)) }, "keys[1].indexNumber"),
    ])
  func wrongLock(_ lock: Lock, _ field: String) {
    #expect(Self.field { try lock.check() } == "value-invalid \(field)")
  }

  @Test func `what is too long for a note with the station's mark is refused, and the longest is not`() throws
  {
    var order = PhysicalKeyOrder.sample()
    order.note = String(repeating: "n", count: 461)
    try order.check()
    #expect(order.sentNote.count == 500)
    order.note = String(repeating: "n", count: 462)
    #expect(Self.field { try order.check() } == "value-invalid note")
    // Counted as the contract's validators count: a face with a skin is four units of UTF-16.
    order.note = String(repeating: "👍🏽", count: 116)
    #expect(Self.field { try order.check() } == "value-invalid note")
    order.note = nil
    order.user = ""
    #expect(Self.field { try order.check() } == "value-invalid userId")
    order.user = "u"
    order.organisation = ""
    #expect(Self.field { try order.check() } == "value-invalid orgId")
    #expect(Self.field { try Customer(site: "", user: "u").check() } == "value-invalid siteId")
  }

  @Test func `a command's arguments hold no passphrase, wherever it hides`() {
    func field(_ arguments: JSONValue?, _ network: String? = nil, _ command: String = "x") -> String? {
      Self.field {
        try HubCommand(command: command, arguments: arguments, network: network, seconds: 5).check()
      }
    }
    #expect(field(["ssid": "a"]) == nil)
    #expect(field(["credentials": "p"]) == "value-invalid args")
    #expect(field(["a": [["Credentials": "p"]]]) == "value-invalid args")
    #expect(field(["a"]) == "value-invalid args")
    #expect(field(nil, "showroom", "set_wifi_credentials") == nil)
    #expect(field(nil, "showroom") == "value-invalid network")
    #expect(field(nil, nil, "set_wifi_credentials") == "value-invalid network")
    #expect(field(nil, nil, "") == "value-invalid command")
  }
}
