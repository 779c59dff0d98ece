import Foundation
import Synchronization

/// A queue of its own for calls that may hang for minutes (a network share whose server is gone): never a thread of the
/// cooperative pool, of which there are as many as processors. A caller that is cancelled goes on at once; the call
/// ends when it can.
struct BlockingThread: Sendable {
  private let queue: DispatchQueue

  init(label: String) { queue = DispatchQueue(label: label) }

  func perform<Value: Sendable>(_ work: @escaping @Sendable () throws(Fault) -> Value) async throws(Fault)
    -> Value
  {
    let answer = Answer<Value>()
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        answer.wait(continuation)
        queue.async {
          // Cancelled before its turn: a queue behind a hung call must not work off what nobody waits for.
          guard !answer.isOver else { return }
          do throws(Fault) { answer.give(.success(try work())) } catch { answer.give(.failure(error)) }
        }
      }
    } onCancel: {
      answer.give(.failure(Fault(.requestCancelled)))
    }
    return try result.get()
  }

  /// Given once, whoever comes first.
  private final class Answer<Value: Sendable>: Sendable {
    private enum State {
      case open
      case waiting(CheckedContinuation<Result<Value, Fault>, Never>)
      case given(Result<Value, Fault>)
      case over
    }

    private let state = Mutex<State>(.open)

    var isOver: Bool {
      state.withLock { state in
        switch state {
        case .open, .waiting: false
        case .given, .over: true
        }
      }
    }

    func wait(_ continuation: CheckedContinuation<Result<Value, Fault>, Never>) {
      let given: Result<Value, Fault>? = state.withLock { state in
        if case .given(let result) = state {
          state = .over
          return result
        }
        state = .waiting(continuation)
        return nil
      }
      if let given { continuation.resume(returning: given) }
    }

    func give(_ result: Result<Value, Fault>) {
      let continuation: CheckedContinuation<Result<Value, Fault>, Never>? = state.withLock { state in
        switch state {
        case .open:
          state = .given(result)
          return nil
        case .waiting(let continuation):
          state = .over
          return continuation
        case .given, .over: return nil
        }
      }
      continuation?.resume(returning: result)
    }
  }
}
