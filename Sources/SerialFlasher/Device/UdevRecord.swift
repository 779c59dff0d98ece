/// One device as one message or one look into sysfs showed it, with nothing checked yet.
struct UdevRecord: Hashable, Sendable {
  var sysPath: String
  var properties: [String: String]

  /// The properties that are read, and no others: what is kept stays bounded.
  static let names = [
    "DEVNAME", "MAJOR", "MINOR", "ID_BUS", "ID_PATH", "ID_VENDOR_ID", "ID_MODEL_ID", "ID_MODEL",
    "ID_SERIAL_SHORT",
    "USEC_INITIALIZED",
  ]

  /// When udev first saw this plug of the device, in microseconds since boot. It stays the same over `change` events and a
  /// rescan, and differs after the device was pulled and plugged in again: the only thing that does when the place is the same.
  var plug: String? { properties["USEC_INITIALIZED"] }

  /// What can be said of the device once udev is done with it.
  enum Reading: Hashable {
    case complete(SerialDevice)
    /// udev has not finished, or the plug was pulled while it worked: then the properties are missing, or are those
    /// of the USB hub above.
    case incomplete
  }

  var reading: Reading {
    guard let node = text("DEVNAME"), node.hasPrefix("/dev/") else { return .incomplete }
    let place = UsbPlace(sysPath: sysPath)
    let pathID = text("ID_PATH")
    if let place {
      guard text("ID_BUS") != nil, let pathID, pathID.hasSuffix(":" + place.portAndInterface) else {
        return .incomplete
      }
    }
    return .complete(
      SerialDevice(
        devicePath: node, sysPath: sysPath, pathID: pathID, bus: text("ID_BUS"),
        vendorID: text("ID_VENDOR_ID").flatMap { UInt16($0, radix: 16) },
        productID: text("ID_MODEL_ID").flatMap { UInt16($0, radix: 16) }, productName: text("ID_MODEL"),
        usbSerial: text("ID_SERIAL_SHORT"), usbTopology: place?.device,
        major: text("MAJOR").flatMap { UInt32($0) } ?? 0, minor: text("MINOR").flatMap { UInt32($0) } ?? 0))
  }

  private func text(_ name: String) -> String? {
    guard let value = properties[name], !value.isEmpty else { return nil }
    return String(
      decoding: value.utf8.prefix(256).map { (0x20...0x7e).contains($0) ? $0 : 0x3f }, as: UTF8.self)
  }
}
