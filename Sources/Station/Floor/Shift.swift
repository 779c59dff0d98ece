import Foundation
import Logging

/// A station at work: the floor, the courier, the record and the wall beside each other, until the bench ends or a stop
/// is asked for.
struct Shift: Sendable {
  let station: LiveStation
  let wall: TerminalWall
  let actor: OnDuty
  /// Hears everything that happens, in order; the demo's robot does.
  var hear: @Sendable (FloorNews) async -> Void = { _ in }

  /// For the courier to bring its calls home after a stop; with the floor's grace less than ten seconds.
  static let courierGrace = Duration.seconds(2)

  /// - Parameters:
  ///   - linger: after the last hub, for the outbox to drain; zero for a station that is told to stop.
  /// - Returns: why the line had to stop, if it had to.
  func work(
    slots: [SlotName], events: AsyncStream<BenchEvent>, stop: AsyncStream<Void>, linger: Duration
  ) async -> Fault? {
    let (news, tell) = AsyncStream.makeStream(of: FloorNews.self)
    let commits = station.ledger.subscribe()
    let floor = Floor(
      slots: slots, actor: actor, runner: station.runner, clock: station.clock,
      randomness: station.randomness,
      tell: { tell.yield($0) })
    return await withTaskGroup(of: Void.self) { group in
      group.addTask { await show(commits) }
      group.addTask { for await item in news { await self.pass(item) } }
      group.addTask { await keepFooter() }
      group.addTask { await wall.keepDrawing() }
      group.addTask { await deliver() }
      if let shipper = station.shipper { group.addTask { await shipper.run() } }
      if let backups = station.backups { group.addTask { await backups.run() } }
      group.addTask { await sealShifts() }
      await floor.run(events, stop: stop)
      tell.finish()
      let fault = await drain(within: linger)
      await station.courier.stop(within: Self.courierGrace)
      // The last rows too, if the second place takes them now; else the next run ships them.
      if linger > .zero { _ = try? await station.shipper?.flush() }
      await showEnd()
      group.cancelAll()
      return fault
    }
  }

  private func show(_ commits: AsyncStream<[JournalRow]>) async {
    for await rows in commits {
      if rows.contains(where: { $0.kind == "unit.freed" }) {
        await station.courier.holdLifted()
      } else {
        await station.courier.wake()
      }
      await station.shipper?.wake()
      do throws(Fault) { try await wall.take(rows) } catch { await wall.stopLine(error) }
    }
  }

  /// Seals the rows at every end of a shift. What fails is said by `status`, and tried again with the next rows.
  private func sealShifts() async {
    let plan = station.settings.shifts
    var now = station.clock.now()
    while !Task.isCancelled, let end = plan.nextEnd(after: now) {
      do { try await station.clock.sleep(until: end) } catch { return }
      _ = try? await station.ledger.seal(.shift)
      now = max(end, station.clock.now())
    }
  }

  private func pass(_ item: FloorNews) async {
    await wall.take(item)
    if case .concluded(let conclusion) = item, !conclusion.recorded, let fault = conclusion.fault {
      await wall.stopLine(fault)
    }
    await hear(item)
  }

  /// The courier ends only when the ledger does not answer; it is tried again, for a full disk is made room on.
  private func deliver() async {
    while !Task.isCancelled {
      do throws(Fault) {
        try await station.courier.run()
        return
      } catch {
        await wall.stopLine(error)
        do { try await station.clock.sleep(for: .seconds(5)) } catch { return }
      }
    }
  }

  /// Waits for the outbox to be empty of what can be sent.
  private func drain(within limit: Duration) async -> Fault? {
    let end = station.clock.uptime() + limit
    while station.clock.uptime() < end, !Task.isCancelled {
      do throws(Fault) {
        let status = try await station.courier.status()
        if status.backlog == 0 { return nil }
      } catch { return error }
      do { try await station.clock.sleep(for: .milliseconds(100)) } catch { return nil }
    }
    return nil
  }

  // MARK: The wall's footer

  private func keepFooter() async {
    while !Task.isCancelled {
      await wall.take(await footer())
      do { try await station.clock.sleep(for: .seconds(1)) } catch { return }
    }
  }

  private func showEnd() async { await wall.take(await footer()) }

  private func footer() async -> WallFooter {
    var footer = WallFooter()
    do throws(Fault) {
      let status = try await station.courier.status()
      footer.unsent = status.backlog
      footer.waitingForHub = status.waitingForHub
      footer.parked = status.parked
      footer.lanes = status.lanes.compactMapValues { $0.word == .open ? nil : $0.fault }
      if let record = try await station.shipper?.status() {
        footer.recordBehind = record.behind
        footer.recordFault = record.fault
      }
    } catch { footer.lineStopped = error }
    return footer
  }
}
