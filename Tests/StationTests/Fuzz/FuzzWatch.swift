import Foundation
import Synchronization

/// Ends the process, with the input in hex, when one input takes too long: a reader that hangs never returns to a test.
final class FuzzWatch: Sendable {
  private struct Work {
    var target: String
    var input: [UInt8]
    var began: ContinuousClock.Instant
  }

  /// So long may one input of at most 64 KiB take, also on a machine that is busy with other things.
  static let patience = Duration.seconds(60)
  private let work = Mutex<Work?>(nil)
  private let ended = Atomic(false)

  init() {
    Thread.detachNewThread { [self] in
      while !ended.load(ordering: .relaxed) {
        Thread.sleep(forTimeInterval: 1)
        work.withLock { work in
          guard let work, work.began.duration(to: .now) > Self.patience else { return }
          let hex = work.input.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
          fatalError("\(work.target) hangs on \(hex)")
        }
      }
    }
  }

  func watch(_ target: FuzzTarget, _ input: [UInt8]) throws {
    work.withLock { $0 = Work(target: target.name, input: input, began: .now) }
    defer { work.withLock { $0 = nil } }
    try target.check(input)
  }

  func stop() { ended.store(true, ordering: .relaxed) }
}
