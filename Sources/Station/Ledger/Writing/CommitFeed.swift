import Synchronization

/// Tells observers in this process of rows that are durable, in the order of the journal.
///
/// Each observer has a buffer without a bound: the tiles and the courier must see every row, and the rows of a unit
/// are few. An observer that stops reading must drop its stream, which ends its buffer.
final class CommitFeed: Sendable {
  private struct State {
    var next = 0
    var observers: [Int: AsyncStream<[JournalRow]>.Continuation] = [:]
    var ended = false
  }
  private let state = Mutex(State())

  func subscribe() -> AsyncStream<[JournalRow]> {
    let (stream, continuation) = AsyncStream.makeStream(of: [JournalRow].self, bufferingPolicy: .unbounded)
    let number: Int? = state.withLock { state in
      guard !state.ended else { return nil }
      state.next += 1
      state.observers[state.next] = continuation
      return state.next
    }
    guard let number else {
      continuation.finish()
      return stream
    }
    continuation.onTermination = { [weak self] _ in
      self?.state.withLock { $0.observers[number] = nil }
    }
    return stream
  }

  /// Only ever called after COMMIT.
  func send(_ rows: [JournalRow]) {
    guard !rows.isEmpty else { return }
    for observer in state.withLock({ Array($0.observers.values) }) { observer.yield(rows) }
  }

  /// Outside the lock: finishing an observer runs its termination, which takes the lock.
  func end() {
    let observers = state.withLock { state in
      state.ended = true
      defer { state.observers = [:] }
      return Array(state.observers.values)
    }
    for observer in observers { observer.finish() }
  }
}
