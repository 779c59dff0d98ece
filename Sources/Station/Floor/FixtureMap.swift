import SerialFlasher

/// Which place on the bench a serial device is plugged into: by its USB path, taught once, and never by its name.
struct FixtureMap: Sendable {
  private var slots: [String: SlotName]

  /// - Parameter paths: udev ID_PATH of each taught slot.
  init(paths: [String: SlotName]) { slots = paths }

  func slot(of device: SerialDevice) -> SlotName? { device.pathID.flatMap { slots[$0] } }
}
