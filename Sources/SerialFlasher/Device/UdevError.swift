/// Why devices cannot be watched.
public enum UdevError: Error, Hashable, Sendable {
  /// No udevd runs here: devices would be found, but none would ever be heard of.
  case notRunning
  /// A call of libudev or of the system failed; with its errno.
  case failed(call: String, errno: Int32)
}
