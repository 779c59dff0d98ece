import Foundation
import Glibc
import Synchronization

/// How far a drain of the outbox is, on standard error: one line that is drawn over on a terminal, a line now and then
/// elsewhere.
final class SyncProgress: Sendable {
  private struct State {
    var line: ProgressLine
    var told: ContinuousClock.Instant?
  }

  private let state: Mutex<State>
  private let isQuiet: Bool
  private static let between = Duration.seconds(10)

  init(quiet: Bool) {
    isQuiet = quiet
    state = Mutex(State(line: ProgressLine(quiet: quiet)))
  }

  func show(left: Int, perSecond: Double, secondsLeft: Int64?) {
    guard !isQuiet, left > 0 else { return }
    let text = Self.text(left: left, perSecond: perSecond, secondsLeft: secondsLeft)
    state.withLock { state in
      if isatty(STDERR_FILENO) == 1 { return state.line.show(text) }
      let now = ContinuousClock.now
      if let told = state.told, now - told < Self.between { return }
      state.told = now
      FileHandle.standardError.write(Data("\(text)\n".utf8))
    }
  }

  func clear() { state.withLock { $0.line.clear() } }

  static func text(left: Int, perSecond: Double, secondsLeft: Int64?) -> String {
    let rate = perSecond > 0 ? ", \((perSecond * 10).rounded() / 10) a second" : ""
    let time = secondsLeft.map { ", about \(StationReportText.time($0)) left" } ?? ""
    return "\(left) \(left == 1 ? "entry" : "entries") to send\(rate)\(time)"
  }
}
