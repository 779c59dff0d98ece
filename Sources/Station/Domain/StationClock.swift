import Foundation

/// Time as an effect: the wall clock, whether it can be trusted, and waiting.
///
/// Everything that looks at a clock or waits takes one of these through `init`, so that a test decides what time it is.
protocol StationClock: Sendable {
  func now() -> Timestamp
  /// Whether the kernel says that the wall clock is disciplined (adjtimex(2), STA_UNSYNC).
  func state() -> ClockState
  /// A point on a clock that never jumps; only differences mean anything.
  func uptime() -> Duration
  /// Returns early, by throwing, when the task is cancelled.
  func sleep(for duration: Duration) async throws(CancellationError)
}

extension StationClock {
  /// Waits until the wall clock says `time`, looking now and then: it may be set meanwhile.
  func sleep(until time: Timestamp) async throws(CancellationError) {
    while true {
      let left = time.milliseconds - now().milliseconds
      guard left > 0 else { return }
      try await sleep(for: min(.milliseconds(left), .seconds(300)))
    }
  }
}

/// Whether wall-clock times of a row can be trusted.
enum ClockState: String, Codable, Sendable {
  case synchronised
  case unsynchronised
}
