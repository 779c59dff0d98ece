/// Which units to list; what is nil is not asked. Newest rows first.
struct UnitFilter: Hashable, Sendable {
  var outcome: Outcome?
  var registration: Registration?
  var slot: SlotName?
  var onHold: Bool?
  /// Part of a serial number, a MAC address, a model or a UUID, whatever its case.
  var text: String?
  /// Only units whose newest row is before this one: the last one of the page before.
  var before: Int64?
  var limit = 200
}
