import Synchronization

@testable import Station

/// A clock whose sleepers wake when the test says so.
final class StepClock: StationClock {
  private struct Sleepers {
    var waiting: [CheckedContinuation<Void, Never>] = []
    var watchers: [CheckedContinuation<Void, Never>] = []
  }
  private let sleepers = Mutex(Sleepers())

  func now() -> Timestamp { Timestamp(milliseconds: 1_795_224_400_000) }
  func state() -> ClockState { .synchronised }
  func uptime() -> Duration { .zero }

  func sleep(for duration: Duration) async throws(CancellationError) {
    await withCheckedContinuation { continuation in
      let watchers = sleepers.withLock { sleepers in
        sleepers.waiting.append(continuation)
        defer { sleepers.watchers = [] }
        return sleepers.watchers
      }
      for watcher in watchers { watcher.resume() }
    }
    if Task.isCancelled { throw CancellationError() }
  }

  func wake() {
    let waiting = sleepers.withLock { sleepers in
      defer { sleepers.waiting = [] }
      return sleepers.waiting
    }
    for sleeper in waiting { sleeper.resume() }
  }

  /// Returns when somebody sleeps.
  func waitForSleeper() async {
    await withCheckedContinuation { continuation in
      let isThere = sleepers.withLock { sleepers in
        if sleepers.waiting.isEmpty {
          sleepers.watchers.append(continuation)
          return false
        }
        return true
      }
      if isThere { continuation.resume() }
    }
  }
}
