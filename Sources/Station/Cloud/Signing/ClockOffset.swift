import Synchronization

/// How far the server's clock is ahead of the station's, learned from an answer that refused a signature for its time.
final class ClockOffset: Sendable {
  private let learned = Mutex<Duration>(.zero)

  /// Positive: the station is behind. Zero until a server complained.
  var value: Duration { learned.withLock { $0 } }

  func learn(server: Timestamp, station: Timestamp) {
    learned.withLock { $0 = .milliseconds(server.milliseconds - station.milliseconds) }
  }
}
