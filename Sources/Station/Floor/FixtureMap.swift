import SerialFlasher
import Synchronization

/// Which place on the bench a serial device is plugged into: by its USB path, taught once, and never by its name.
final class FixtureMap: Sendable {
  private let slots: Mutex<[String: SlotName]>

  init(_ settings: [SlotSettings]) {
    var paths: [String: SlotName] = [:]
    for slot in settings { if let path = slot.path { paths[path] = slot.name } }
    slots = Mutex(paths)
  }

  func slot(of device: SerialDevice) -> SlotName? {
    device.pathID.flatMap { path in slots.withLock { $0[path] } }
  }

  /// From now on `path` is this slot, and no other path is.
  func teach(_ slot: SlotName, path: String) {
    slots.withLock { known in
      known = known.filter { $0.value != slot }
      known[path] = slot
    }
  }
}
