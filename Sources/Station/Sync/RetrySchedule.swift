/// When to try again: exponential back-off with jitter. A value; the caller waits.
///
/// Full jitter (uniform between nothing and the ceiling) spreads the stations of a factory that all lost the same
/// network at the same moment; a ceiling alone would bring them back in step.
struct RetrySchedule: Hashable, Sendable {
  /// The ceiling of the first wait; it doubles with every further try.
  var base: Duration
  /// No ceiling is above this.
  var cap: Duration
  /// 0: full jitter. 0.5: at least half of the ceiling is waited, for a lone probe that has nobody to collide with.
  var leastShare: Double

  /// A server's Retry-After is obeyed as a minimum, but a hostile or broken one must not silence an entry for ever.
  static let longestRetryAfter: Duration = .seconds(3600)

  init(base: Duration = .seconds(1), cap: Duration = .seconds(60), leastShare: Double = 0) {
    self.base = base
    self.cap = cap
    self.leastShare = leastShare
  }

  /// - Parameters:
  ///   - attempt: from 1: how many tries have failed.
  ///   - retryAfter: the server's own wish.
  func delay(attempt: Int, retryAfter: Duration? = nil, randomness: any Randomness) -> Duration {
    // Thirty doublings of any base are beyond every cap; more would only overflow.
    let doublings = min(max(attempt - 1, 0), 30)
    let ceiling = min(cap, base * (1 << doublings))
    let share = leastShare + (1 - leastShare) * Self.fraction(randomness)
    let jittered = ceiling * share
    guard let retryAfter else { return jittered }
    return max(jittered, min(max(retryAfter, .zero), Self.longestRetryAfter))
  }

  /// Uniform in 0..<1, from 53 random bits.
  private static func fraction(_ randomness: any Randomness) -> Double {
    let bits = randomness.bytes(7).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Double(bits >> 3) / Double(1 << 53 as UInt64)
  }
}
