/// What is wrong with a simulated hub.
struct SimulatedHubFaults: Hashable, Sendable {
  /// Answers nothing.
  var isSilent = false
  /// Answers noise.
  var isGarbled = false
  /// Has room for so many bytes per delivery.
  var room: Int?
  /// The folder to write to is read-only.
  var refusesStorage = false
  /// Writes something else than was sent into the file at this path.
  var corruptsFile: String?
  /// Says that this is its serial.
  var claimedSerial: String?
  /// Says that it has synced, and has not.
  var ignoresSync = false
  /// Signs with a key of its own instead of the live one.
  var provesWithAnotherKey = false
  /// The plug is pulled at the n-th point from now at which it matters: before and after each file, sync and rename,
  /// and at the begin of each call. 1 is the next one.
  var unplugsAt: Int?
  var powerLoss = SimulatedStorage.PowerLoss.losesAll
}
