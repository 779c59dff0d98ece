import Foundation
import GRDB
import Synchronization

/// Looks at every page of the file (seconds for each gigabyte) beside the station that writes it already, on a thread
/// and a connection of its own.
final class PageCheck: Sendable {
  private struct State {
    var queue: DatabaseQueue?
    var stopped = false
    var runs = false
  }
  private let file: LedgerFile
  private let state = Mutex(State())
  private let ended = DispatchSemaphore(value: 0)

  init(_ file: LedgerFile) { self.file = file }

  /// - Parameter found: called once, from the thread, when the file is damaged or cannot be read.
  func start(_ found: @escaping @Sendable (Fault) -> Void) {
    state.withLock { $0.runs = true }
    let thread = Thread { [self] in
      if let fault = look() { found(fault) }
      ended.signal()
    }
    thread.name = "ledger-pages"
    thread.start()
  }

  /// Breaks it off without waiting.
  func cancel() {
    let queue = state.withLock { state in
      state.stopped = true
      return state.queue
    }
    queue?.interrupt()
  }

  /// Breaks it off and waits for its thread.
  func stop() {
    cancel()
    let runs = state.withLock { state in
      defer { state.runs = false }
      return state.runs
    }
    guard runs else { return }
    // An interruption that comes just before the statement begins hits nothing.
    while ended.wait(timeout: .now() + .milliseconds(20)) == .timedOut { cancel() }
  }

  static func check(_ database: Database, path: String) throws {
    let word = try String.fetchOne(database, sql: "PRAGMA quick_check(1)") ?? "no answer"
    guard word == "ok" else { throw Fault(.ledgerCorrupt, ["path": path, "cause": word]) }
  }

  private func look() -> Fault? {
    do {
      var configuration = Configuration()
      configuration.label = "ledger.pages"
      configuration.readonly = true
      configuration.busyMode = .timeout(5)
      let queue = try DatabaseQueue(path: file.path, configuration: configuration)
      let goesOn = state.withLock { state in
        state.queue = queue
        return !state.stopped
      }
      defer { state.withLock { $0.queue = nil } }
      if goesOn {
        try queue.writeWithoutTransaction { try Self.check($0, path: file.path) }
      }
      try queue.close()
      return nil
    } catch {
      return state.withLock { $0.stopped } ? nil : Fault(ledger: file.path, error)
    }
  }
}
