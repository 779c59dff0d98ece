import CKernel
import Foundation

/// The machine's own clock.
struct SystemClock: StationClock {
  private static let start = ContinuousClock.now

  func now() -> Timestamp { Timestamp(Date()) }

  func state() -> ClockState {
    station_clock_is_synchronised() ? .synchronised : .unsynchronised
  }

  func uptime() -> Duration { Self.start.duration(to: .now) }

  func sleep(for duration: Duration) async throws(CancellationError) {
    do { try await Task.sleep(for: duration, clock: .continuous) } catch { throw CancellationError() }
  }
}
