import Synchronization

/// How opening went: settled once, by the thread or by a cancellation, whoever is first.
final class LinkOpening: Sendable {
  private struct State {
    var outcome: Result<Void, LineError>?
    var waiting: CheckedContinuation<Result<Void, LineError>, Never>?
  }
  private let state = Mutex(State())

  func settle(_ outcome: Result<Void, LineError>) {
    let waiting = state.withLock { state -> CheckedContinuation<Result<Void, LineError>, Never>? in
      guard state.outcome == nil else { return nil }
      state.outcome = outcome
      defer { state.waiting = nil }
      return state.waiting
    }
    waiting?.resume(returning: outcome)
  }

  func outcome() async -> Result<Void, LineError> {
    await withCheckedContinuation { continuation in
      let settled = state.withLock { state -> Result<Void, LineError>? in
        if state.outcome == nil { state.waiting = continuation }
        return state.outcome
      }
      if let settled { continuation.resume(returning: settled) }
    }
  }
}
