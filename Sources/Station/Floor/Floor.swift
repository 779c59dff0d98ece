import Foundation

/// The bench at work: a task per slot, fed with what happens on it.
struct Floor: Sendable {
  let slots: [SlotName]
  let actor: OnDuty
  let runner: Runner
  let clock: any StationClock
  let randomness: any Randomness
  let tell: @Sendable (FloorNews) -> Void

  /// How long a hub on the line may still take after a stop was asked for; then its visit is broken off, recorded as
  /// stopped, and resumed from the journal when it is plugged in again.
  static let grace = Duration.seconds(7)

  /// Works until `events` ends. When `stop` ends or yields, no new hub is begun, and those on the line get `grace`.
  func run(_ events: AsyncStream<BenchEvent>, stop: AsyncStream<Void>) async {
    let stopping = StopFlag()
    var feeds: [SlotName: AsyncStream<BenchEvent>.Continuation] = [:]
    var tasks: [Task<Void, Never>] = []
    for slot in slots {
      let (stream, continuation) = AsyncStream.makeStream(of: BenchEvent.self)
      feeds[slot] = continuation
      let task = SlotTask(
        slot: slot, actor: actor, runner: runner, clock: clock, randomness: randomness, stopping: stopping,
        tell: tell)
      tasks.append(Task { await task.run(stream) })
    }
    let feeder = Task { [feeds] in
      for await event in events {
        switch event {
        case .arrived(let arrival): feeds[arrival.slot]?.yield(event)
        case .left(let slot, _): feeds[slot]?.yield(event)
        case .stranger(let device, let path): tell(.stranger(device: device, path: path))
        case .ready: tell(.ready)
        }
      }
      for feed in feeds.values { feed.finish() }
    }
    let running = tasks
    let stopper = Task { [feeds] in
      for await _ in stop { break }
      guard !Task.isCancelled else { return }
      stopping.set()
      feeder.cancel()
      for feed in feeds.values { feed.finish() }
      do { try await clock.sleep(for: Self.grace) } catch { return }
      for task in running { task.cancel() }
    }
    for task in tasks { await task.value }
    stopper.cancel()
    feeder.cancel()
  }
}
