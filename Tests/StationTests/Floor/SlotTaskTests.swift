import Foundation
import Synchronization
import Testing

@testable import Station

/// A slot whose adapter stays in the bench: hubs are noticed by what the line says.
@Suite("A slot whose adapter stays")
struct SlotTaskTests {
  /// The far end of the adapter's line, and everything that the slot told.
  private final class FarEnd: Sendable {
    struct State {
      var hub: SimulatedHub?
      var fault: Fault?
      var news: [String] = []
    }
    let state = Mutex(State())
    let clock = ManualClock(SystemClock().now())

    func set(_ hub: SimulatedHub?, fault: Fault? = nil) {
      state.withLock {
        $0.hub = hub
        $0.fault = fault
      }
    }

    var news: [String] { state.withLock { $0.news } }

    func tell(_ item: FloorNews) {
      switch item {
      case .concluded(let conclusion):
        state.withLock {
          $0.news.append(
            "\(conclusion.serial?.text ?? conclusion.fault?.code.rawValue ?? "?") \(conclusion.outcome)")
        }
      case .left: state.withLock { $0.news.append("left") }
      case .progress, .stranger, .ready: break
      }
    }

    func arrival() -> Arrival {
      Arrival(
        slot: PipelineBench.slot, device: "adapter",
        open: { () async throws(Fault) in
          guard let hub = self.state.withLock({ $0.hub }) else { throw Fault(.hubSilent) }
          return HubConnection(driver: InProcessHub(hub: hub, plug: hub.plug()), close: {})
        },
        isAnswering: { () async throws(Fault) in
          let (hub, fault) = self.state.withLock { ($0.hub, $0.fault) }
          if let fault { throw fault }
          return hub != nil
        })
    }

    /// Lets the slot look at its line so many times.
    func look(_ times: Int) async throws {
      for _ in 0..<times {
        try await eventually("the slot rests") { self.clock.sleeperCount == 1 }
        clock.wakeNext()
      }
      try await eventually("the slot rests") { self.clock.sleeperCount == 1 }
    }
  }

  private func attended(_ body: (FarEnd, Task<Void, Never>) async throws -> Void) async throws {
    let bench = try await PipelineBench()
    let line = FarEnd()
    let (events, feed) = AsyncStream.makeStream(of: BenchEvent.self)
    let slot = SlotTask(
      slot: PipelineBench.slot, actor: "tester", runner: bench.runner, clock: line.clock,
      randomness: SystemRandomness(), stopping: StopFlag(), tell: { line.tell($0) })
    let work = Task { await slot.run(events) }
    defer { work.cancel() }
    feed.yield(.arrived(line.arrival()))
    feed.finish()
    try await body(line, work)
  }

  @Test func `hubs come and go, each is worked on once`() async throws {
    try await attended { line, work in
      try await line.look(3)
      #expect(line.news.isEmpty)
      line.set(PipelineBench.hub("SPK00000001"))
      try await line.look(5)
      #expect(line.news == ["SPK00000001 passed"])
      line.set(nil)
      try await line.look(3)
      #expect(line.news == ["SPK00000001 passed", "left"])
      line.set(PipelineBench.hub("SPK00000002", mac: "02:00:5e:00:00:02"))
      try await line.look(3)
      #expect(line.news == ["SPK00000001 passed", "left", "SPK00000002 passed"])
      work.cancel()
      await work.value
    }
  }

  @Test func `a hub that restarts is silent once and has not left`() async throws {
    try await attended { line, _ in
      let hub = PipelineBench.hub()
      line.set(hub)
      try await line.look(2)
      for _ in 0..<3 {
        line.set(nil)
        try await line.look(1)
        line.set(hub)
        try await line.look(1)
      }
      #expect(line.news == ["SPK00000001 passed"])
    }
  }

  /// An engineer has opened the line of a hub that failed.
  @Test func `a line that is busy for a while has not lost its hub`() async throws {
    try await attended { line, work in
      let hub = PipelineBench.hub()
      line.set(hub)
      try await line.look(2)
      line.set(hub, fault: Fault(.lineBusy, ["device": "adapter"]))
      try await line.look(4)
      line.set(hub)
      try await line.look(3)
      #expect(line.news == ["SPK00000001 passed"])
      work.cancel()
      await work.value
    }
  }

  @Test func `a busy line is looked at again, a forbidden one is told, a pulled adapter ends it quietly`()
    async throws
  {
    try await attended { line, work in
      line.set(nil, fault: Fault(.lineBusy, ["device": "adapter"]))
      try await line.look(3)
      #expect(line.news.isEmpty)
      line.set(nil, fault: Fault(.lineNotPermitted, ["device": "adapter"]))
      line.clock.wakeNext()
      await work.value
      #expect(line.news == ["line-not-permitted errored"])
    }
    try await attended { line, work in
      try await line.look(1)
      line.set(nil, fault: Fault(.unplugged, ["device": "adapter"]))
      line.clock.wakeNext()
      await work.value
      #expect(line.news.isEmpty)
    }
  }
}
