import Foundation

@testable import Station

/// Real time whose waits are shorter, and whose wall clock may be off.
struct HurriedClock: StationClock {
  private let start = ContinuousClock.now
  /// How many seconds of this clock pass in one.
  var factor = 1
  /// How far the wall clock is from the truth.
  var shift = Duration.zero

  init(factor: Int = 1, shift: Duration = .zero) {
    self.factor = factor
    self.shift = shift
  }

  func now() -> Timestamp { Timestamp(Date()).advanced(by: shift) }
  func state() -> ClockState { .synchronised }
  func uptime() -> Duration { (ContinuousClock.now - start) * factor }

  func sleep(for duration: Duration) async throws(CancellationError) {
    do { try await Task.sleep(for: duration / factor) } catch { throw CancellationError() }
  }
}
