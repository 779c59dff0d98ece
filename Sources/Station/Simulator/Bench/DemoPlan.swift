/// What a demo shall be like.
struct DemoPlan: Hashable, Sendable {
  var hubs: Int
  var units: Int
  /// The cloud is away for so long at first.
  var offline: Duration
  var seed: UInt64
  /// nil: a new folder below the temporary one.
  var ledger: String?
  /// AWS signs, instead of a CA of the demo's own.
  var isIssuedByAWS = false
}
