import Foundation

extension StationProgram {
  /// The whole floor on this machine: everything is real but the hubs' hardware and the cloud's operator.
  static func demo(_ plan: DemoPlan, output: WallOutput) async throws -> ExitStatus {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "station-demo-\(UUID().uuidString.lowercased())"
    )
    .path(percentEncoded: false)
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let began = ContinuousClock.now
    let demo = try await DemoBench.make(plan, folder: folder)
    StationLog.start(demo.settings.log, wallIsLive: output.style == .live)
    let station = try await LiveStation.open(demo.settings, environment: demo.environment)
    do {
      let wall = try await wall(of: station, slots: demo.slots, output: output)
      let (events, bench) = AsyncStream.makeStream(of: BenchEvent.self)
      let robot = RobotOperator(slots: demo.slots, hubs: demo.hubs, bench: bench)
      let outage = Task {
        guard plan.offline > .zero else { return }
        try await station.clock.sleep(for: plan.offline)
        try await demo.cloud.goOnline()
      }
      let signals = StopSignals()
      let plugging = Task { await robot.begin() }
      let fault = await Shift(station: station, wall: wall, actor: "demo", hear: { await robot.hear($0) })
        .work(slots: demo.slots, events: events, stop: signals.stream, linger: plan.offline + .seconds(60))
      await plugging.value
      outage.cancel()
      // Hubs that a stop has left in their slots.
      for hub in demo.hubs { await hub.pullOut() }
      let summary = try await station.ledger.summary(since: station.start)
      try await station.close(reason: "demo ended")
      await demo.cloud.stop()
      let report = DemoSummary(
        summary, seconds: ContinuousClock.now - began, ledger: demo.settings.ledger)
      output.write(output.style == .json ? report.json : report.text(plan))
      return fault.map { ExitStatus($0) } ?? report.status(plan)
    } catch {
      try? await station.close(reason: "failed: \(Printable.text(String(describing: error)))")
      await demo.cloud.stop()
      throw error
    }
  }
}
