/// One lock, as `lock list` prints it. The keys are stable.
struct LockLine: Hashable, Sendable, Codable {
  var lock: Int64
  var index: Int64
  var uuid: String
  var serial: String?
  var vendor: String?
  var owner: String?
  var state: OutboxEntry.State
  /// The hub in whose box it is.
  var hub: HubID?
  var packed: Timestamp?

  init(_ record: LockRecord) {
    lock = record.id
    index = record.index
    uuid = record.uuid
    serial = record.serial
    vendor = record.vendorName
    owner = record.owner
    state = record.state
    hub = record.hub
    packed = record.packed
  }
}
