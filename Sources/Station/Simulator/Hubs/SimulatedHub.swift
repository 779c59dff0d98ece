import SerialFlasher
import Synchronization

/// A hub that exists only in this process: for volume, and for faults at an exact instant.
///
/// It keeps its storage over unplugging and plugging in. The conversation with it is an `InProcessHub`.
final class SimulatedHub: Sendable {
  /// What its functional check says.
  enum CheckAnswer: Hashable, Sendable {
    case says(String)
    case fails(status: Int)
  }

  struct Nature: Hashable, Sendable {
    var serial: String
    var model = "HUB-2"
    var mac: String?
    var hubID: String?
    var firmware: String? = "2.4.1"
    /// Where the identity's key and certificate are, below its folder.
    var keyPath = "private.key"
    var certificatePath = "certificate.pem"
    var canMakeKey = true
    var takesNetworks = true
    var checks: [String: CheckAnswer] = [:]
  }

  /// What can happen to a conversation between two of its points.
  enum Interruption: Sendable {
    /// The plug is pulled, or the power of the whole floor is gone.
    case powerLost
    /// The station has died; the hub goes on.
    case deserted
  }

  struct State: Sendable {
    var nature: Nature
    var storage = SimulatedStorage()
    var faults = SimulatedHubFaults()
    /// How often it was plugged in; a conversation belongs to one of these times.
    var plugs = 0
    var isPlugged = false
    /// Points passed since the last `set`, and calls in all: for tests that walk through every point.
    var points = 0
    var calls: [String] = []
    var random: SplitMix

    mutating func cutPower() {
      isPlugged = false
      storage.losePower(faults.powerLoss, random: &random)
    }
  }

  private let state: Mutex<State>
  /// Asked at every point at which it matters what happens there, for a world that stops at any of them.
  private let interruption: @Sendable () -> Interruption?

  init(_ nature: Nature, seed: UInt64 = 0, interruption: @escaping @Sendable () -> Interruption? = { nil }) {
    self.interruption = interruption
    state = Mutex(State(nature: nature, random: SplitMix(seed: seed, name: nature.serial)))
  }

  /// What to call its line.
  var name: String { state.withLock { "simulated:\($0.nature.serial)" } }

  /// - Returns: the number of this plugging in, for the conversation to hold on to.
  @discardableResult
  func plug() -> Int {
    state.withLock {
      if $0.isPlugged { $0.cutPower() }
      $0.plugs += 1
      $0.isPlugged = true
      return $0.plugs
    }
  }

  /// A new station on the line of a hub that was not unplugged: what it had not synced it still has.
  ///
  /// - Returns: like `plug`; the conversation before it is over.
  func reconnect() -> Int {
    state.withLock {
      $0.plugs += 1
      $0.isPlugged = true
      return $0.plugs
    }
  }

  /// Power and line are gone: what was not synced is lost, and every call of the conversation fails.
  func unplug() { state.withLock { if $0.isPlugged { $0.cutPower() } } }

  /// Looks at the hub or alters it behind the station's back.
  func examine<Result: Sendable>(_ body: @Sendable (inout State) -> Result) -> Result {
    state.withLock { body(&$0) }
  }

  func set(_ faults: SimulatedHubFaults) {
    state.withLock {
      $0.faults = faults
      $0.points = 0
    }
  }

  /// A file of the live identity as the hub sees it.
  func live(_ path: String) -> [UInt8]? { state.withLock { $0.storage.live?[path]?.bytes } }

  /// Does something to the hub on behalf of conversation `plug`, unless the plug was pulled since, or is pulled now.
  func atPoint<Result: Sendable>(
    of plug: Int, _ body: @Sendable (inout State) throws(HubError) -> Result
  ) throws(HubError) -> Result {
    try state.withLock { (state: inout State) throws(HubError) -> Result in
      let unplugged = HubError.line(.unplugged(device: "simulated:\(state.nature.serial)"))
      guard state.isPlugged, state.plugs == plug else { throw unplugged }
      state.points += 1
      switch state.points == state.faults.unplugsAt ? .powerLost : interruption() {
      case .powerLost:
        state.cutPower()
        throw unplugged
      case .deserted: throw unplugged
      case nil: break
      }
      return try body(&state)
    }
  }
}
