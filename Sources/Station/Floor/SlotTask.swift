import Foundation

/// One physical slot: owns its line, takes one hub after the other. A stuck hub here delays nobody elsewhere.
struct SlotTask: Sendable {
  let slot: SlotName
  let actor: OnDuty
  let runner: Runner
  let clock: any StationClock
  let randomness: any Randomness
  let stopping: StopFlag
  let tell: @Sendable (FloorNews) -> Void

  func run(_ events: AsyncStream<BenchEvent>) async {
    for await event in events {
      switch event {
      case .arrived(let arrival):
        guard !stopping.isSet, !Task.isCancelled else { return }
        if let isAnswering = arrival.isAnswering {
          await attend(arrival, isAnswering)
        } else if let conclusion = await visit(arrival) {
          tell(.concluded(conclusion))
        }
      case .left: tell(.left(slot))
      case .stranger, .ready: break
      }
    }
  }

  /// The adapter stays: hubs come and go at the far end of its line, until the adapter itself is pulled.
  private func attend(_ arrival: Arrival, _ isAnswering: @Sendable () async throws(Fault) -> Bool) async {
    while !stopping.isSet, !Task.isCancelled {
      do throws(Fault) {
        if try await isAnswering() {
          if let conclusion = await visit(arrival) { tell(.concluded(conclusion)) }
          try await waitUntilSilent(isAnswering)
          tell(.left(slot))
        }
        do { try await clock.sleep(for: Self.lookPause) } catch { return }
      } catch {
        guard error.code == .lineBusy else { return await giveUp(arrival, error) }
        do { try await clock.sleep(for: Self.busyPause) } catch { return }
      }
    }
  }

  /// Pulled out, adapter and all: udev says so too. Anything else is told: a slot must not go blind in silence.
  private func giveUp(_ arrival: Arrival, _ fault: Fault) async {
    guard fault.code != .unplugged else { return }
    let attempt = AttemptID(time: clock.now(), random: randomness.bytes(10))
    tell(
      .concluded(
        await runner.refuse(
          slot: slot, device: arrival.device, actor: actor.actor, attempt: attempt, fault: fault)))
  }

  /// Twice without an answer: a hub that restarts is silent once. A line on which somebody else looks at the hub says
  /// nothing of its silence.
  private func waitUntilSilent(_ isAnswering: @Sendable () async throws(Fault) -> Bool) async throws(Fault) {
    var silences = 0
    while silences < 2, !stopping.isSet, !Task.isCancelled {
      do throws(Fault) { silences = try await isAnswering() ? 0 : silences + 1 } catch {
        guard error.code == .lineBusy else { throw error }
        silences = 0
      }
      do { try await clock.sleep(for: Self.lookPause) } catch { return }
    }
  }

  private static let lookPause = Duration.seconds(1)

  /// - Returns: nil when the device was gone before it could be opened: a quick plug and pull is nobody's fault.
  private func visit(_ arrival: Arrival) async -> Conclusion? {
    let opened = clock.now()
    let attempt = AttemptID(time: opened, random: randomness.bytes(10))
    let connection: HubConnection
    do throws(Fault) { connection = try await open(arrival) } catch {
      if error.code == .unplugged { return nil }
      return await runner.refuse(
        slot: slot, device: arrival.device, actor: actor.actor, attempt: attempt, fault: error)
    }
    let (slot, tell) = (slot, tell)
    let visit = Visit(
      slot: slot, device: arrival.device, driver: connection.driver, actor: actor, attempt: attempt,
      opened: opened,
      progress: { tell(.progress(slot, $0, fraction: $1)) })
    let conclusion = await runner.run(visit)
    await connection.close()
    return conclusion
  }

  /// A port that something else probes for a moment (ModemManager) is tried again before the station is called faulty.
  private func open(_ arrival: Arrival) async throws(Fault) -> HubConnection {
    var waited = Duration.zero
    while true {
      do throws(Fault) { return try await arrival.open() } catch {
        guard error.code == .lineBusy, waited < Self.busyPatience else { throw error }
        do { try await clock.sleep(for: Self.busyPause) } catch {
          throw Fault(.stopped, ["device": arrival.device])
        }
        waited += Self.busyPause
      }
    }
  }

  private static let busyPatience = Duration.seconds(5)
  private static let busyPause = Duration.milliseconds(500)
}
