import CSerialShims
import Glibc

/// What gets a thread out of `poll`: a descriptor that it polls beside its device and that anybody may ring.
final class WakeSignal: Sendable {
  let descriptor: Int32

  /// Nil when the process has no descriptor left; errno says which limit.
  init?() {
    descriptor = station_wake_open()
    if descriptor < 0 { return nil }
  }

  /// Makes the next or the present `poll` return. Rings add up to one.
  func ring() {
    var one: UInt64 = 1
    _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
  }

  /// Called by the polling thread once it is awake.
  func silence() {
    var rings: UInt64 = 0
    _ = read(descriptor, &rings, MemoryLayout<UInt64>.size)
  }

  deinit { Glibc.close(descriptor) }
}
