/// What happened among the serial devices.
public enum UdevEvent: Hashable, Sendable {
  /// A device is there, complete, with its node ready to be opened; once per plug, whatever udev repeats.
  case appeared(SerialDevice)
  /// A device that had appeared is gone; with the very value that it appeared with.
  case disappeared(SerialDevice)
  /// Everything that was there when the watcher started has been told. Once.
  case ready
  /// Adapters of one product and one serial in different places: /dev/serial/by-id has a single link for them. Tell
  /// the operator; the devices themselves are told apart by `pathID` and work.
  case sharedSerial(String, [SerialDevice])
  /// Watching is over for a reason; the stream ends after it.
  case lost(reason: String)
}
