import Foundation
import Synchronization

@testable import Station

/// A clock that a test sets; waiting takes `nap`, whatever was asked for.
final class CloudTestClock: StationClock {
  private let current: Mutex<(now: Timestamp, uptime: Duration)>
  private let nap: Duration?

  /// - Parameter nap: nil: as long as asked.
  init(_ now: Timestamp = Timestamp(Date()), nap: Duration? = nil) {
    current = Mutex((now, .seconds(1000)))
    self.nap = nap
  }

  func now() -> Timestamp { current.withLock { $0.now } }
  func state() -> ClockState { .synchronised }
  func uptime() -> Duration { current.withLock { $0.uptime } }

  func sleep(for duration: Duration) async throws(CancellationError) {
    do { try await Task.sleep(for: nap ?? duration) } catch { throw CancellationError() }
  }

  func advance(by duration: Duration) {
    current.withLock { $0 = ($0.now.advanced(by: duration), $0.uptime + duration) }
  }
}
