import SerialFlasher

/// The bench as udev sees it: devices on taught slots arrive and leave, all others are strangers and never opened.
struct UdevBench: Sendable {
  let map: FixtureMap
  /// How hubs on a slot are spoken to; nil for a slot without a profile.
  let arrival: @Sendable (SlotName, SerialDevice) -> Arrival?

  /// Translates until the watcher ends.
  ///
  /// - Returns: why watching ended, when it was not asked to.
  func run(_ watcher: UdevWatcher, to bench: AsyncStream<BenchEvent>.Continuation) async -> Fault? {
    for await event in watcher.events {
      switch event {
      case .appeared(let device):
        if let slot = map.slot(of: device), let arrival = arrival(slot, device) {
          bench.yield(.arrived(arrival))
        } else {
          bench.yield(.stranger(device: device.devicePath, path: device.pathID))
        }
      case .disappeared(let device):
        if let slot = map.slot(of: device) { bench.yield(.left(slot, device: device.devicePath)) }
      case .ready: bench.yield(.ready)
      case .sharedSerial(let serial, let devices):
        // They are told apart by their path; only by-id links are in trouble.
        for device in devices {
          bench.yield(.stranger(device: "\(device.devicePath) shares \(serial)", path: device.pathID))
        }
      case .lost(let reason):
        bench.finish()
        return Fault(.lineFailed, ["device": "udev", "cause": reason])
      }
    }
    bench.finish()
    return nil
  }
}
