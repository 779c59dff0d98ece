import Synchronization

@testable import Station

/// Counts the boundaries of one life of a station, and cuts the power at the one that was chosen.
final class PowerSwitch: Sendable {
  private struct State {
    var count = 0
    var isOff = false
  }
  private let state = Mutex(State())
  private let cutAt: Int?

  /// - Parameter cutAt: 1 is the first boundary; nil: the power stays on.
  init(cutAt: Int?) { self.cutAt = cutAt }

  var isOff: Bool { state.withLock { $0.isOff } }
  var count: Int { state.withLock { $0.count } }

  /// One point at which it matters whether there is power. True from the cut on.
  func boundary() -> Bool {
    state.withLock { state in
      if state.isOff { return true }
      state.count += 1
      if state.count == cutAt { state.isOff = true }
      return state.isOff
    }
  }

  /// What a world without power answers to everything.
  static let dark = Fault(.ledgerFailed, ["cause": "there is no power"])
}
