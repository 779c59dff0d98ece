/// Where the UUID of a model's hubs comes from.
enum HubIDOrigin: Hashable, Sendable {
  /// From the vendor's namespace, the model and the serial: the same on every station, and no list to keep.
  case derived
  /// The hub says it itself, by the profile's command `hub-id`.
  case reported
  /// The vendor's list says it: a file with `serial,hubId` on each line (see `HubIDList`).
  case listed(file: String)
}
