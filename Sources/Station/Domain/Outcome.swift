/// How an attempt ended. QA counts the four apart.
enum Outcome: String, Codable, CaseIterable, Sendable {
  /// Durable in the ledger and in the hub's own storage.
  case passed
  /// The hub is bad.
  case failed
  /// The station, the network or the cloud is bad.
  case errored
  /// The hub was unplugged before its end.
  case aborted
}
