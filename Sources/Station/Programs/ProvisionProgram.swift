import Foundation
import SerialFlasher

extension StationProgram {
  /// The named devices, once each.
  static func provision(
    _ settings: StationSettings, devices: [String], actor: String, output: WallOutput
  ) async throws -> ExitStatus {
    StationLog.start(settings.log, wallIsLive: output.style == .live)
    let station = try await LiveStation.open(settings)
    do {
      try await station.checkEndpoints()
      let slots = slotNames(of: devices)
      let wall = try await wall(of: station, slots: slots, isFresh: true, output: output)
      let (events, bench) = AsyncStream.makeStream(of: BenchEvent.self)
      for (slot, device) in zip(slots, devices) {
        let line = try line(to: device, model: nil, settings: settings)
        bench.yield(
          .arrived(
            Arrival(slot: slot, device: device, open: { () async throws(Fault) in try await line.open() })))
      }
      bench.finish()
      let outcomes = OutcomeTally()
      let signals = StopSignals()
      // The cloud is given a moment while it answers; what it does not hear now waits in the outbox.
      let fault = await Shift(
        station: station, wall: wall, actor: OnDuty(actor), hear: { await outcomes.hear($0) }
      )
      .work(slots: slots, events: events, stop: signals.stream, linger: .seconds(10))
      var counts = await outcomes.counts
      // A device that was gone before it could be opened has no conclusion.
      let missing = devices.count - counts.values.reduce(0, +)
      if missing > 0 { counts[.aborted, default: 0] += missing }
      try await station.close(reason: "provisioned")
      return fault.map { ExitStatus($0) } ?? ExitStatus(outcomes: counts)
    } catch {
      try? await station.close(reason: "failed: \(Printable.text(String(describing: error)))")
      throw error
    }
  }

  /// Named after the devices where that gives a name of its own, else numbered.
  private static func slotNames(of devices: [String]) -> [SlotName] {
    var names: [SlotName] = []
    for (index, device) in devices.enumerated() {
      let last = String(device.split(separator: "/").last ?? "")
      if let name = SlotName(last), last.count > 3, !names.contains(name) {
        names.append(name)
      } else if let name = SlotName("device-\(index + 1)") {
        names.append(name)
      }
    }
    return names
  }
}

/// Counts how visits ended.
actor OutcomeTally {
  private(set) var counts: [Outcome: Int] = [:]

  func hear(_ news: FloorNews) {
    if case .concluded(let conclusion) = news { counts[conclusion.outcome, default: 0] += 1 }
  }
}
