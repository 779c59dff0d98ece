import Synchronization

/// How long a hub that was just provisioned may be missing from the vendor's reads. The vendor's cloud is event-sourced:
/// a read right after a write may lag.
final class ReadPatience: Sendable {
  private let limit: Duration
  private let clock: any StationClock
  /// Hub -> when it was first missed. Bounded: it is forgotten when it is seen or given up.
  private let missed = Mutex<[HubID: Duration]>([:])

  private static let most = 10_000

  init(limit: Duration = .seconds(600), clock: any StationClock) {
    self.limit = limit
    self.clock = clock
  }

  /// - Returns: whether to ask again later; false when the hub has been missing for too long.
  func mayStillCome(_ hub: HubID) -> Bool {
    let now = clock.uptime()
    return missed.withLock { missed in
      guard let first = missed[hub] else {
        if missed.count >= Self.most { missed.removeAll() }
        missed[hub] = now
        return true
      }
      guard now - first >= limit else { return true }
      missed[hub] = nil
      return false
    }
  }

  func seen(_ hub: HubID) { missed.withLock { $0[hub] = nil } }
}
