import Synchronization

/// How long something that was just made may be missing from the vendor's reads. The vendor's cloud is event-sourced:
/// a read right after a write may lag.
final class ReadPatience: Sendable {
  private let limit: Duration
  private let clock: any StationClock
  /// Hub or lock -> when it was first missed. Bounded: it is forgotten when it is seen or given up.
  private let missed = Mutex<[String: Duration]>([:])

  private static let most = 10_000

  init(limit: Duration = .seconds(600), clock: any StationClock) {
    self.limit = limit
    self.clock = clock
  }

  /// - Returns: whether to ask again later; false when it has been missing for too long.
  func mayStillCome(_ subject: String) -> Bool {
    let now = clock.uptime()
    return missed.withLock { missed in
      guard let first = missed[subject] else {
        if missed.count >= Self.most { missed.removeAll() }
        missed[subject] = now
        return true
      }
      guard now - first >= limit else { return true }
      missed[subject] = nil
      return false
    }
  }

  func seen(_ subject: String) { missed.withLock { $0[subject] = nil } }
}
