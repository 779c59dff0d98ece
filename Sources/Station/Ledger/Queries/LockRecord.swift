/// One lock as its rows amount to now.
struct LockRecord: Hashable, Sendable {
  var id: Int64
  var index: Int64
  /// Lower case.
  var uuid: String
  var serial: String?
  var vendorName: String?
  var owner: String?
  /// The outbox entry that makes it known to the vendor, and how far that is.
  var entry: String
  var state: OutboxEntry.State
  /// The hub in whose box it is, and since when.
  var hub: HubID?
  var packed: Timestamp?
}
