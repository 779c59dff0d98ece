import Foundation
import GRDB
import Synchronization

/// Keeps the write-ahead log short, on a thread and a connection of its own.
///
/// PASSIVE first: it copies while the writer goes on. When the log has grown long all the same, because the writer
/// never paused, TRUNCATE holds the writer for the little that is left.
final class Checkpointer: Sendable {
  /// Rows between two looks. One row touches about ten pages at most.
  private static let rowsBetween = 500
  /// Frames of 4 KiB from which the log is cut: 8 MiB.
  private static let longLog = 2_000

  private struct State {
    var rows = 0
    var closing = false
    var fault: Fault?
  }
  private let queue: DatabaseQueue
  private let path: String
  private let state = Mutex(State())
  private let wake = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)

  init(_ file: LedgerFile) throws(Fault) {
    path = file.path
    queue = try LedgerConnection.checkpointing(file)
    let thread = Thread { [self] in loop() }
    thread.name = "ledger-checkpoint"
    thread.start()
  }

  /// Why the last checkpoint failed. Nothing is lost by that: the log still has every row.
  var fault: Fault? { state.withLock { $0.fault } }

  func note(rows: Int) {
    let due = state.withLock { state in
      state.rows += rows
      guard state.rows >= Self.rowsBetween else { return false }
      state.rows = 0
      return true
    }
    if due { wake.signal() }
  }

  func stop() {
    state.withLock { $0.closing = true }
    wake.signal()
  }

  /// Ends the thread, and waits for it.
  func close() {
    stop()
    ended.wait()
    // For whoever closes once more.
    ended.signal()
  }

  private func loop() {
    while true {
      wake.wait()
      if state.withLock({ $0.closing }) { break }
      let fault = checkpoint()
      state.withLock { $0.fault = fault }
    }
    do { try queue.close() } catch { state.withLock { $0.fault = Fault(ledger: path, error) } }
    ended.signal()
  }

  private func checkpoint() -> Fault? {
    do {
      try queue.writeWithoutTransaction { database in
        let log = try database.checkpoint(.passive).walFrameCount
        guard log > Self.longLog else { return }
        do { try database.checkpoint(.truncate) } catch let error as DatabaseError
          where error.resultCode == .SQLITE_BUSY
        {
          // A long read holds the log; the next look cuts it.
        }
      }
      return nil
    } catch { return Fault(ledger: path, error) }
  }
}
