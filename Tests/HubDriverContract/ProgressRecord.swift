import Synchronization

/// What a driver said of its progress.
final class ProgressRecord: Sendable, CustomStringConvertible {
  private let seen = Mutex<[(sent: Int, total: Int)]>([])

  func add(_ sent: Int, of total: Int) { seen.withLock { $0.append((sent, total)) } }

  /// Never back, one total, and the total at the end.
  func isSteady(upTo total: Int) -> Bool {
    seen.withLock { seen in
      seen.allSatisfy { $0.total == total } && seen.last?.sent == total
        && zip(seen, seen.dropFirst()).allSatisfy { $0.sent <= $1.sent }
    }
  }

  var description: String { seen.withLock { "\($0.suffix(5))" } }
}
