/// What /dev/serial/by-id is named after: adapters that agree in all of it fight for one link.
struct SharedSerial: Hashable, Sendable {
  let vendorID: UInt16?
  let productID: UInt16?
  let serial: String

  /// Nil for an adapter without a serial.
  init?(_ device: SerialDevice) {
    guard let serial = device.usbSerial else { return nil }
    vendorID = device.vendorID
    productID = device.productID
    self.serial = serial
  }
}
