/// When a call of which nothing is found is believed not to have happened: the rule, as a value without I/O.
///
/// Its answer was lost, so it may have had its effect, and reads of the cloud lag behind its writes. "Not found" counts
/// only in a search that began a grace after the connection of the call was closed, and only twice. Even then
/// only a person may send again what would do harm twice.
struct LostCallSearch: Hashable, Sendable {
  enum Verdict: Hashable, Sendable {
    /// Look again at that point of the uptime.
    case searchAgain(at: Duration)
    case unknown
  }

  static let grace: Duration = .seconds(60)
  /// From one search that counts to the next.
  static let spacing: Duration = .seconds(30)
  static let searches = 2

  /// The uptime at which the connection of the call was closed, at the latest.
  let closed: Duration
  private(set) var misses = 0

  init(closed: Duration) { self.closed = closed }

  /// A search that began at that point of the uptime found nothing.
  mutating func missed(began: Duration) -> Verdict {
    guard began >= closed + Self.grace else { return .searchAgain(at: closed + Self.grace) }
    misses += 1
    return misses < Self.searches ? .searchAgain(at: began + Self.spacing) : .unknown
  }
}
