/// What a fault means for the work at hand.
enum Disposition: String, Codable, Sendable {
  /// The same thing may work at once, or after a short wait.
  case retryNow
  /// Nothing is wrong with the hub; it goes on when the network is back.
  case waitForNetwork
  /// The cloud waits for the hub to come online; not backlog.
  case waitForHub
  /// Take this hub aside (or park this entry): a person must look.
  case setAside
  /// The station (or one lane to the cloud) must not go on until somebody mends it.
  case stopTheLine
}
