import Foundation
import SerialFlasher

extension StationProgram {
  /// The bench, until SIGINT, SIGTERM or the Door's "stop".
  static func run(_ settings: StationSettings, actor: String, output: WallOutput) async throws -> ExitStatus {
    StationLog.start(settings.log, wallIsLive: output.style == .live)
    let station = try await LiveStation.open(settings)
    do {
      try await station.checkEndpoints()
      let status = try await bench(station, actor: actor, output: output)
      try await station.close(reason: "stopped")
      return status
    } catch {
      try? await station.close(reason: "failed: \(Printable.text(String(describing: error)))")
      throw error
    }
  }

  private static func bench(_ station: LiveStation, actor: String, output: WallOutput) async throws
    -> ExitStatus
  {
    let settings = station.settings
    let slots = settings.slots.map(\.name)
    let map = FixtureMap(settings.slots)
    let wall = try await wall(of: station, slots: slots, output: output)
    let onDuty = OnDuty(actor)
    let signals = StopSignals()
    let (stop, stopNow) = AsyncStream.makeStream(of: Void.self)
    let relay = Task {
      for await _ in signals.stream { stopNow.yield() }
      stopNow.finish()
    }
    let door = try DoorServer(besides: settings.ledger) { request, peer in
      await StationDoor(station: station, wall: wall, map: map, onDuty: onDuty, stop: { stopNow.yield() })
        .answer(
          request, peer)
    }
    defer { door.stop() }
    let watcher = try UdevWatcher()
    let (events, bench) = AsyncStream.makeStream(of: BenchEvent.self)
    let udev = UdevBench(
      map: map,
      arrival: { slot, device in
        arrival(slot, device.devicePath, settings: settings)
      })
    let watching = Task { await udev.run(watcher, to: bench) }
    let scanner = Scanner()
    let scanning = Task { await scanner?.run(onDuty, journal: station.ledger) }
    let fault = await Shift(station: station, wall: wall, actor: onDuty)
      .work(slots: slots, events: events, stop: stop, linger: .zero)
    watcher.stop()
    scanner?.stop()
    await scanning.value
    relay.cancel()
    if let lost = await watching.value { throw CommandError(lost) }
    return fault.map { ExitStatus($0) } ?? .done
  }

  private static func arrival(_ slot: SlotName, _ device: String, settings: StationSettings) -> Arrival? {
    guard let place = settings.slots.first(where: { $0.name == slot }) else { return nil }
    let open = { @Sendable () async throws(Fault) -> HubConnection in
      try await line(to: device, model: place.model, settings: settings).open()
    }
    guard place.presence == .line else { return Arrival(slot: slot, device: device, open: open) }
    return Arrival(
      slot: slot, device: device, open: open,
      isAnswering: { () async throws(Fault) in
        try await line(to: device, model: place.model, settings: settings).isAnswering()
      })
  }
}
