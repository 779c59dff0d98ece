import SerialFlasher

/// The serial devices of this machine, by udev, for verbs that look once.
enum SerialDevicesNow {
  /// Those that are there.
  static func look() async throws(CommandError) -> [SerialDevice] {
    let watcher = try watch()
    defer { watcher.stop() }
    var devices: [SerialDevice] = []
    for await event in watcher.events {
      switch event {
      case .appeared(let device): devices.append(device)
      case .disappeared(let device): devices.removeAll { $0 == device }
      case .sharedSerial: break
      case .ready:
        return devices.sorted { ($0.pathID ?? "", $0.devicePath) < ($1.pathID ?? "", $1.devicePath) }
      case .lost(let reason): throw lost(reason)
      }
    }
    return devices
  }

  /// The first that is plugged in from now on; nil when none is within `limit`.
  ///
  /// - Parameter ready: called once everything that is there already is known, so that a plug from then on counts.
  static func next(within limit: Duration, ready: () -> Void) async throws(CommandError) -> SerialDevice? {
    let watcher = try watch()
    let timer = Task {
      try? await Task.sleep(for: limit)
      watcher.stop()
    }
    defer { timer.cancel() }
    var isReady = false
    for await event in watcher.events {
      switch event {
      case .ready:
        isReady = true
        ready()
      case .appeared(let device) where isReady:
        watcher.stop()
        return device
      case .lost(let reason): throw lost(reason)
      case .appeared, .disappeared, .sharedSerial: break
      }
    }
    return nil
  }

  private static func watch() throws(CommandError) -> UdevWatcher {
    do throws(UdevError) { return try UdevWatcher() } catch { throw lost("\(error)") }
  }

  private static func lost(_ reason: String) -> CommandError {
    CommandError(
      .stationFailed, code: "udev", "udev cannot be listened to: \(PrintableText.of(reason, limit: 120)).",
      hint: "Name devices with `station provision DEVICE`.")
  }
}
