import Synchronization

@testable import Station

/// The simulated cloud in this process: the station's real clients talk to its desk without a socket between.
struct PowerCutExchange: HTTPExchange {
  let desk: CloudDesk
  let power: PowerSwitch
  let network: PowerCutNetwork
  /// In which the answer of a cloud that says nothing is waited for; nil: such a cloud is gone at once.
  var clock: (any StationClock)?

  private static let patience = Duration.seconds(10)

  func send(_ call: HTTPCall) async throws(Fault) -> HTTPAnswer {
    let gone = Fault(.networkUnreachable, ["host": call.origin.authority])
    guard !power.boundary(.cloud), network.isUp else { throw gone }
    let delivery = await desk.deliver(
      SimulatedRequest(
        method: call.method, path: call.path, query: String(call.queryText.dropFirst()),
        headers: call.headers.map { .init(name: $0.name.lowercased(), value: $0.value) }, body: call.body))
    // The effect is there; whether its answer arrives is another matter.
    guard !power.boundary(.cloud) else { throw gone }
    if case .silent = delivery, let clock {
      try? await clock.sleep(for: Self.patience)
      throw Fault(.networkTimeout, ["host": call.origin.authority])
    }
    guard case .answer(let answer, _) = delivery else { throw gone }
    return HTTPAnswer(
      status: answer.status, headers: answer.headers.map { HTTPCall.Pair($0.key, $0.value) },
      body: answer.body)
  }
}

/// Whether the station reaches its clouds.
final class PowerCutNetwork: Sendable {
  private let up = Atomic(true)
  var isUp: Bool { up.load(ordering: .sequentiallyConsistent) }
  func set(_ isUp: Bool) { up.store(isUp, ordering: .sequentiallyConsistent) }
}
