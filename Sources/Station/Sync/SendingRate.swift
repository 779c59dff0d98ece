/// How many entries were settled in the last minute, in buckets of a second.
struct SendingRate: Sendable {
  private static let seconds = 60
  private var buckets: [Int64: Int] = [:]
  private var started: Duration?

  mutating func settled(now: Duration) {
    started = started ?? now
    buckets[now.components.seconds, default: 0] += 1
    if buckets.count > Self.seconds * 2 {
      let oldest = now.components.seconds - Int64(Self.seconds)
      buckets = buckets.filter { $0.key > oldest }
    }
  }

  /// Entries per second; 0 when nothing was settled lately.
  func perSecond(now: Duration) -> Double {
    guard let started else { return 0 }
    let current = now.components.seconds
    let span = min(Int64(Self.seconds), max(1, current - started.components.seconds))
    let count = buckets.filter { $0.key > current - span - 1 && $0.key <= current }.values.reduce(0, +)
    return Double(count) / Double(span)
  }
}
