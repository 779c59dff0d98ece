import Foundation

/// The operator of a demo: plugs simulated hubs into the slots, waits for each one's end, takes it out, takes the next.
///
/// It knows of the floor what an operator knows: what happens on the bench goes in as events, and what the tiles say
/// comes back as news.
actor RobotOperator {
  private let slots: [SlotName]
  private var waiting: [any PluggableHub]
  private let bench: AsyncStream<BenchEvent>.Continuation
  private var inside: [SlotName: any PluggableHub] = [:]

  /// - Parameter hubs: in the order in which they are plugged in.
  init(slots: [SlotName], hubs: [any PluggableHub], bench: AsyncStream<BenchEvent>.Continuation) {
    self.slots = slots
    self.waiting = hubs.reversed()
    self.bench = bench
  }

  /// Fills every slot; the bench ends when the last hub was taken out.
  func begin() async {
    bench.yield(.ready)
    for slot in slots { await fill(slot) }
    endWhenEmpty()
  }

  /// Takes the finished hub out, and puts the next one in.
  func hear(_ news: FloorNews) async {
    guard case .concluded(let conclusion) = news, let hub = inside.removeValue(forKey: conclusion.slot) else {
      return
    }
    let device = await hub.device
    await hub.pullOut()
    bench.yield(.left(conclusion.slot, device: device))
    await fill(conclusion.slot)
    endWhenEmpty()
  }

  private func fill(_ slot: SlotName) async {
    while let hub = waiting.popLast() {
      do throws(Fault) { try await hub.plugIn() } catch {
        // A simulated hub that cannot be started is no hub: the next one is taken.
        continue
      }
      inside[slot] = hub
      bench.yield(.arrived(Arrival(slot: slot, device: await hub.device, open: hub.open)))
      return
    }
  }

  private func endWhenEmpty() {
    if inside.isEmpty, waiting.isEmpty { bench.finish() }
  }
}
