import Synchronization

@testable import Station

/// A server that answers what a test says: what a client makes of it is the work of its decoders.
final class FuzzServer: HTTPExchange {
  private let rule = Mutex<@Sendable (HTTPCall) -> HTTPAnswer>({ _ in
    HTTPAnswer(status: 404, headers: [], body: [])
  })

  func answer(_ rule: @escaping @Sendable (HTTPCall) -> HTTPAnswer) { self.rule.withLock { $0 = rule } }

  func send(_ call: HTTPCall) async throws(Fault) -> HTTPAnswer { rule.withLock { $0 }(call) }
}

/// Asynchronous readers on the caller's thread, in time that passes at once: libFuzzer calls and waits.
enum FuzzPlay {
  static func run(_ clock: ManualClock? = nil, _ body: @escaping @Sendable () async throws -> Void) throws {
    let failure = Mutex<(any Error)?>(nil)
    let ended = SeededExecutor(seed: 1).run(
      { do { try await body() } catch { failure.withLock { $0 = error } } },
      whenIdle: { clock?.wakeNext() ?? false })
    if let error = failure.withLock({ $0 }) {
      if let fault = error as? Fault { try FuzzTarget.require(fault) }
      throw error
    }
    try FuzzTarget.require(ended, "it waits for ever")
  }
}
