import Foundation
import GRDB
import Synchronization

/// Keeps the write-ahead log short, on a thread and a connection of its own.
///
/// PASSIVE first: it copies while the writer goes on. When the log has grown long all the same, because the writer
/// never paused, RESTART holds the writer for the little that is left, and waits up to two seconds for those who read.
/// The file keeps its blocks, because a commit that has to make the file longer waits for the file system's journal too.
/// A reader that lasts longer slows the writer down rather than let the log grow: it is tried again every few rows. One
/// that never ends must not stop the line: beyond `hopelessLog` nobody is held up for it any more. Either is said, with
/// the name of the program that reads.
final class Checkpointer: Sendable {
  /// Rows between two looks. One row touches about ten pages at most.
  private static let rowsBetween = 500
  /// The same after a long log could not be cut.
  private static let rowsBetweenTries = 100
  /// Frames of 4 KiB from which the log is cut: 8 MiB.
  private static let longLog = 2_000
  /// 48 MiB.
  private static let hopelessLog = 12_000
  /// Milliseconds that readers are waited for.
  private static let patience = 2_000

  private struct State {
    var rows = 0
    var isHeld = false
    var closing = false
    var fault: Fault?
  }
  private let queue: DatabaseQueue
  private let file: LedgerFile
  private let state = Mutex(State())
  /// Held while the log is cut. Without it a writer that never pauses would take the file again each time before
  /// SQLite's busy handler has slept.
  private let cutting = Mutex(())
  private let wake = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)

  init(_ file: LedgerFile) throws(Fault) {
    self.file = file
    queue = try LedgerConnection.checkpointing(file)
    let thread = Thread { [self] in loop() }
    thread.name = "ledger-checkpoint"
    thread.start()
  }

  /// Why the last checkpoint failed, or who keeps the log from being cut. Nothing is lost by that: the log still has every row.
  var fault: Fault? { state.withLock { $0.fault } }

  func note(rows: Int) {
    let due = state.withLock { state in
      state.rows += rows
      guard state.rows >= (state.isHeld ? Self.rowsBetweenTries : Self.rowsBetween) else { return false }
      state.rows = 0
      return true
    }
    if due { wake.signal() }
  }

  /// For the writer, before each transaction.
  func standBack() { cutting.withLock { _ in } }

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
    do { try queue.close() } catch { state.withLock { $0.fault = Fault(ledger: file.path, error) } }
    ended.signal()
  }

  private func checkpoint() -> Fault? {
    do {
      return try queue.writeWithoutTransaction { database in
        let log = try database.checkpoint(.passive).walFrameCount
        guard log > Self.longLog else {
          state.withLock { $0.isHeld = false }
          return nil
        }
        let isHopeless = log > Self.hopelessLog
        try database.execute(sql: "PRAGMA busy_timeout = \(isHopeless ? 0 : Self.patience)")
        let isHeld = try cutting.withLock { _ in try cannotCut(database) }
        state.withLock { $0.isHeld = isHeld && !isHopeless }
        return isHeld ? isReadFor(megabytes: log >> 8, isHopeless) : nil
      }
    } catch { return Fault(ledger: file.path, error) }
  }

  /// - Returns: whether somebody reads what is only in the log; the next look cuts it.
  private func cannotCut(_ database: Database) throws -> Bool {
    do {
      try database.checkpoint(.restart)
      return false
    } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY { return true }
  }

  private func isReadFor(megabytes: Int, _ isHopeless: Bool) -> Fault {
    let readers = FileHolder.others(of: file.path + "-shm").map(\.description)
    let who =
      readers.isEmpty ? "a program of another user, or the station itself," : readers.joined(separator: ", ")
    return Fault(
      .ledgerBusy,
      [
        "path": file.path, "readers": who, "megabytes": String(megabytes),
        "effect": isHopeless ? "the log grows" : "rows wait for it",
      ])
  }
}
