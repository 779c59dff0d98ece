import Dispatch
import Glibc

/// SIGINT and SIGTERM as a stream: the first asks for a good end, the second ends the process at once.
final class StopSignals: Sendable {
  let stream: AsyncStream<Void>
  // Made once and only cancelled afterwards, which may be done from any thread.
  nonisolated(unsafe) private let sources: [any DispatchSourceSignal]

  init() {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
    self.stream = stream
    sources = [SIGINT, SIGTERM].map { number in
      // The default action would end the process before anybody is told.
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        continuation.yield()
        continuation.finish()
        // Whoever is impatient is obeyed: the journal makes it safe.
        signal(number, SIG_DFL)
      }
      source.resume()
      return source
    }
  }

  deinit { for source in sources { source.cancel() } }

  /// Runs `work`; a signal cancels it, and it may then end in its own time.
  static func cancelling<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws
    -> Value
  {
    let signals = StopSignals()
    let task = Task { try await work() }
    let watcher = Task {
      for await _ in signals.stream { task.cancel() }
    }
    defer { watcher.cancel() }
    return try await task.value
  }
}
