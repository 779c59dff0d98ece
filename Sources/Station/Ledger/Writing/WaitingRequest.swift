import Synchronization

/// One caller who waits for the writer.
///
/// The race: its task may be cancelled before, while or after the writer takes the request. Until it is taken, it
/// leaves no row and the answer is `request-cancelled`; from then on it is written, and the answer is its rows.
final class WaitingRequest: Sendable {
  typealias Answer = Result<[JournalRow], Fault>

  private enum State {
    case fresh
    case waiting(CheckedContinuation<Answer, Never>)
    case taken(CheckedContinuation<Answer, Never>)
    case ended
  }

  let work: LedgerWork
  private let state = Mutex(State.fresh)

  init(_ work: LedgerWork) { self.work = work }

  /// - Returns: false when it was cancelled before it began to wait; the caller has its answer then.
  func wait(_ continuation: CheckedContinuation<Answer, Never>) -> Bool {
    let waits = state.withLock { state in
      guard case .fresh = state else { return false }
      state = .waiting(continuation)
      return true
    }
    if !waits { continuation.resume(returning: .failure(Fault(.requestCancelled))) }
    return waits
  }

  func cancel() {
    let continuation: CheckedContinuation<Answer, Never>? = state.withLock { state in
      switch state {
      case .fresh:
        state = .ended
        return nil
      case .waiting(let continuation):
        state = .ended
        return continuation
      case .taken, .ended: return nil
      }
    }
    continuation?.resume(returning: .failure(Fault(.requestCancelled)))
  }

  /// - Returns: false when it was cancelled meanwhile.
  func take() -> Bool {
    state.withLock { state in
      guard case .waiting(let continuation) = state else { return false }
      state = .taken(continuation)
      return true
    }
  }

  func finish(_ answer: Answer) {
    let continuation: CheckedContinuation<Answer, Never>? = state.withLock { state in
      switch state {
      case .taken(let continuation), .waiting(let continuation):
        state = .ended
        return continuation
      case .fresh, .ended: return nil
      }
    }
    continuation?.resume(returning: answer)
  }
}
