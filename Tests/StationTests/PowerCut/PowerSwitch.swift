import Synchronization

@testable import Station

/// Where the power goes in one life of a station: at the so-and-so-manieth point of one kind.
struct PowerCut: Hashable, Sendable, CustomStringConvertible {
  enum Kind: String, CaseIterable, Sendable {
    /// Before and after each call to a hub, each file, sync and rename on it.
    case hub
    /// Before and after each call to a cloud.
    case cloud
    /// Before and after each request to the journal.
    case journal
    /// Before each write, truncation and sync of SQLite, and after each sync.
    case disk
  }

  var kind: Kind
  /// 1 is the first.
  var number: Int

  var description: String { "\(kind) \(number)" }
}

/// Counts the boundaries of one life of a station, and cuts the power at the one that was chosen.
final class PowerSwitch: Sendable {
  private struct State {
    var counts: [PowerCut.Kind: Int] = [:]
    var isOff = false
  }
  private let state = Mutex(State())
  private let cut: PowerCut?

  /// - Parameter cut: nil: the power stays on.
  init(_ cut: PowerCut?) { self.cut = cut }

  var isOff: Bool { state.withLock { $0.isOff } }
  var counts: [PowerCut.Kind: Int] { state.withLock { $0.counts } }

  /// One point at which it matters whether there is power. True from the cut on.
  func boundary(_ kind: PowerCut.Kind) -> Bool {
    state.withLock { state in
      if state.isOff { return true }
      state.counts[kind, default: 0] += 1
      if let cut, cut.kind == kind, state.counts[kind] == cut.number { state.isOff = true }
      return state.isOff
    }
  }

  /// What a world without power answers to everything.
  static let dark = Fault(.ledgerFailed, ["cause": "there is no power"])
}
