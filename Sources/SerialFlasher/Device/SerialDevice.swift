/// A serial device as udev describes it: a value, taken once, that stays true after the device is gone.
///
/// All strings come from outside (the adapter's own descriptors among them): printable ASCII, at most 256 characters.
public struct SerialDevice: Hashable, Sendable, Codable {
  /// The node to open, for example `/dev/ttyUSB0`. Reused for another device at once; never a key.
  public var devicePath: String
  /// Where the kernel keeps it: `/sys/devices/…/ttyUSB0/tty/ttyUSB0`.
  public var sysPath: String
  /// ID_PATH, the physical place: `pci-0000:00:14.0-usb-0:1.2:1.0`. The key of a slot. Nil only for devices that are not on USB.
  public var pathID: String?
  /// ID_BUS: `usb` for what the station is after.
  public var bus: String?
  public var vendorID: UInt16?
  public var productID: UInt16?
  /// The adapter's product name as udev wrote it, for lists that a human reads.
  public var productName: String?
  /// ID_SERIAL_SHORT: the adapter's serial, not the hub's. Many adapters have none, and some all have the same.
  public var usbSerial: String?
  /// The USB device's place by bus and chain of hubs: `1-1.2`.
  public var usbTopology: String?
  public var major: UInt32
  public var minor: UInt32

  public init(
    devicePath: String, sysPath: String, pathID: String? = nil, bus: String? = nil, vendorID: UInt16? = nil,
    productID: UInt16? = nil, productName: String? = nil, usbSerial: String? = nil,
    usbTopology: String? = nil,
    major: UInt32 = 0, minor: UInt32 = 0
  ) {
    self.devicePath = devicePath
    self.sysPath = sysPath
    self.pathID = pathID
    self.bus = bus
    self.vendorID = vendorID
    self.productID = productID
    self.productName = productName
    self.usbSerial = usbSerial
    self.usbTopology = usbTopology
    self.major = major
    self.minor = minor
  }
}
