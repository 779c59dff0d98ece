/// Why a line could not be used. `unplugged` is never the hub's fault and never the operator's mistake to diagnose.
public enum LineError: Error, Hashable, Sendable {
  /// The device went away: end of file, EIO, ENXIO, ENODEV, or ENOENT on opening.
  case unplugged(device: String)
  /// Somebody else has the device open (EBUSY, or the lock is taken).
  case busy(device: String)
  /// The station's user may not open it (EACCES, EPERM).
  case notPermitted(device: String)
  /// The baud rate was not taken by the driver.
  case baudRateRefused(device: String, baud: UInt32)
  /// The other side took no byte for so long that the write was given up.
  case stalled(device: String)
  /// Any other errno, kept as it came.
  case failed(device: String, call: String, errno: Int32)
  /// The line was closed by this program.
  case closed(device: String)
}
