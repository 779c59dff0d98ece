import Foundation

@testable import SerialFlasher
@testable import Station

/// Small texts of hubs, scanners, lists and servers.
extension FuzzTargets {
  static var smallTexts: [FuzzTarget] {
    let rule = SerialRule(pattern: "SPK[0-9]{8}")
    let list =
      "serial,hubId\r\nSPK00000001,90799d3e-b623-5a59-b2aa-e7df099f5daa\n# x\n\"SPK00000002\",\"90799d3e-b623-5a59-b2aa-e7df099f5dab\"\n"
    return [
      FuzzTarget(name: "serials", samples: [" spk00000001 ", "SPK00000002"].map { Array($0.utf8) }) { input in
        for rule in [rule, SerialRule(pattern: ".*", upperCased: false)] {
          do throws(Fault) {
            let serial = try rule.normalise(FuzzTarget.text(input))
            let plain =
              serial.text.utf8.allSatisfy { $0.isPlainSerial } && (1...64).contains(serial.text.utf8.count)
            if !plain { throw Fault(.impostor, ["serial": serial.text]) }
          } catch {
            try FuzzTarget.require(error.code == .serialInvalid, "\(error)")
            try FuzzTarget.require(error)
            try FuzzTarget.requirePrintable(error.values["serial"] ?? "", limit: 80)
          }
        }
      },
      FuzzTarget(name: "hub id lists", samples: [Array(list.utf8)], inputs: 120) { input in
        let text = FuzzTarget.text(input)
        do throws(Fault) {
          let list = try HubIDList(text, file: "hub-ids.csv", rule: rule)
          if list.hubs.isEmpty || Set(list.hubs.values).count != list.hubs.count { throw Fault(.impostor) }
        } catch {
          try FuzzTarget.require(error.code == .hubIDListInvalid, "\(error)")
          try FuzzTarget.require(error)
        }
      },
      FuzzTarget(
        name: "addresses and times",
        samples: [
          "02-00-5E-10-00-FF", "2026-11-21T06:45:03.123Z", "Sun, 06 Nov 1994 08:49:37 GMT",
          "https://user@[::1]:8443/a/b?c#d", "90799d3e-b623-5a59-b2aa-e7df099f5daa",
          "pci-0000:00:14.0-usb-0:1.1:1.0",
        ].map { Array($0.utf8) }
      ) { input in
        let text = FuzzTarget.text(input)
        if let mac = MACAddress.normalise(text) {
          try FuzzTarget.require(MACAddress.normalise(mac) == mac, "not normal: \(mac)")
        }
        if let time = Timestamp(text) { try FuzzTarget.require(time.description == text, "\(time)") }
        if let time = HTTPDate.parse(text) {
          try FuzzTarget.require(Timestamp(time.description) == time, "\(time)")
        }
        if let origin = HTTPOrigin(text) {
          try FuzzTarget.require(
            !origin.authority.contains("@") && !origin.prefix.hasSuffix("/"), origin.authority)
        }
        if let hub = HubID(text) { try FuzzTarget.require(HubID(hub.text) == hub, hub.text) }
        _ = SlotName(text)
        _ =
          UdevRecord(
            sysPath: text,
            properties: Dictionary(
              UdevRecord.names.map { ($0, text) }, uniquingKeysWith: { first, _ in first })
          ).reading
        for limit in [1, 40, 400] {
          try FuzzTarget.requirePrintable(PrintableText.of(text, limit: limit), limit: limit)
        }
        try FuzzTarget.requirePrintable(Printable.text(text), limit: 80)
      },
    ]
  }
}

extension UInt8 {
  fileprivate var isPlainSerial: Bool {
    (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
      || [0x2E, 0x3A, 0x2D].contains(self)
  }
}
