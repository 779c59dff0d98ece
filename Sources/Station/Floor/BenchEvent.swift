/// What happens on the bench, whoever noticed it: udev, a list of devices, or the simulator.
enum BenchEvent: Sendable {
  case arrived(Arrival)
  case left(SlotName, device: String)
  /// A serial device that is neither a taught slot nor matched by the settings: seen, not ours, never opened.
  case stranger(device: String, path: String?)
  /// Everything that was there at the start has been told.
  case ready
}

/// A device on a slot, not opened yet.
struct Arrival: Sendable {
  var slot: SlotName
  var device: String
  var open: @Sendable () async throws(Fault) -> HubConnection
  /// For a slot whose adapter stays in the bench: whether a hub is at its other end. Nil where the hub brings the
  /// device with it.
  var isAnswering: (@Sendable () async throws(Fault) -> Bool)?
}
