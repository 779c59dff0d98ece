/// How often each kind of call may be made: a token bucket per kind, kept as the time at which the next call conforms
/// (the generic cell rate algorithm), so that whole durations are added and no token is lost to rounding.
///
/// The quotas belong to the account and are shared by all stations, so a bucket starts well below them and gives way:
/// a throttled call halves the rate, every success wins back a fiftieth of the configured one.
struct RateLimiter: Sendable {
  struct Bucket: Sendable {
    /// Calls per second as configured, and as it is now.
    let configured: Double
    fileprivate(set) var rate: Double
    /// When the next call conforms.
    fileprivate(set) var next: Duration = .zero
    fileprivate var halved: Duration?

    fileprivate init(_ configured: Double) {
      self.configured = max(configured, RateLimiter.slowest)
      rate = self.configured
    }
  }

  /// Calls per second; however often the cloud refuses, one call goes out every ten seconds.
  static let slowest = 0.1
  /// One burst of refusals counts once: all calls in flight are refused together.
  static let halvingPause: Duration = .seconds(1)

  private var buckets: [EffectKind: Bucket]

  init(callsPerSecond: Double, byKind: [EffectKind: Double] = [:]) {
    buckets = Dictionary(
      uniqueKeysWithValues: EffectKind.allCases.map { ($0, Bucket(byKind[$0] ?? callsPerSecond)) })
  }

  subscript(kind: EffectKind) -> Bucket { buckets[kind] ?? Bucket(Self.slowest) }

  /// When a call of this kind may go out; in the past: now.
  func readyAt(_ kind: EffectKind) -> Duration { self[kind].next }

  mutating func take(_ kind: EffectKind, now: Duration) {
    var bucket = self[kind]
    bucket.next = max(bucket.next, now) + .seconds(1) / bucket.rate
    buckets[kind] = bucket
  }

  mutating func succeeded(_ kind: EffectKind) {
    var bucket = self[kind]
    bucket.rate = min(bucket.configured, bucket.rate + bucket.configured / 50)
    buckets[kind] = bucket
  }

  mutating func throttled(_ kind: EffectKind, now: Duration) {
    var bucket = self[kind]
    if let halved = bucket.halved, now < halved + Self.halvingPause { return }
    bucket.halved = now
    bucket.rate = max(bucket.rate / 2, Self.slowest)
    bucket.next = max(bucket.next, now + .seconds(1) / bucket.rate)
    buckets[kind] = bucket
  }

  /// The server named a time: no call of this kind goes out before it.
  mutating func pause(_ kind: EffectKind, until moment: Duration) {
    var bucket = self[kind]
    bucket.next = max(bucket.next, moment)
    buckets[kind] = bucket
  }
}
