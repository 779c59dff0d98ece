import SerialFlasher

/// A `SimulatedHub` as the bench handles it.
struct PluggableSimulatedHub: PluggableHub {
  let hub: SimulatedHub
  var latency: Duration = .zero
  var clock: any StationClock = SystemClock()

  var device: String { hub.name }

  func plugIn() async throws(Fault) { hub.plug() }

  func open() async throws(Fault) -> HubConnection {
    let plug = hub.examine { $0.isPlugged ? $0.plugs : nil }
    guard let plug else { throw Fault(HubError.line(.unplugged(device: hub.name))) }
    return HubConnection(
      driver: InProcessHub(hub: hub, plug: plug, latency: latency, clock: clock), close: {})
  }

  func pullOut() async { hub.unplug() }
}
