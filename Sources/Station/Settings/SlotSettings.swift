/// One place on the bench.
struct SlotSettings: Hashable, Sendable {
  /// How a hub's coming and going is noticed.
  enum Presence: String, Hashable, Sendable, CaseIterable {
    /// The hub brings its USB device with it.
    case usb
    /// The adapter stays in the bench; the hub is noticed on the line.
    case line
  }

  var name: SlotName
  /// The udev ID_PATH of its socket; nil until `station slots teach` has seen it.
  var path: String?
  var presence: Presence
  /// Only hubs of this model belong here; nil: any.
  var model: String?
}
