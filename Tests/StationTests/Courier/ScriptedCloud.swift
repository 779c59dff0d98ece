import Foundation
import Synchronization

@testable import Station

/// A cloud that does what a test says, remembers every call with its time, and knows what took effect.
final class ScriptedCloud: Sendable {
  enum Verb: Hashable { case probe, call, compare }

  struct Call: Hashable {
    var verb: Verb
    var kind: EffectKind
    var hub: HubID?
    var entry: String
    var at: Duration
  }

  enum Reaction {
    case well
    case fault(Fault)
    /// The effect is there, the answer is lost.
    case lost(Fault)
  }

  private struct World {
    var calls: [Call] = []
    var effects: [String: Int] = [:]
    var script: @Sendable (Call) -> Reaction = { _ in .well }
    var sleeping = 0
    var out = 0
    var mostOut = 0
    var latency: Duration = .zero
    var delay: @Sendable (Call) -> Duration = { _ in .zero }
  }

  private let world = Mutex(World())
  private let counted = Atomic<Int>(0)
  private let clock: any StationClock

  init(clock: any StationClock) { self.clock = clock }

  var effects: any CloudEffect { ScriptedEffect(cloud: self) }

  var calls: [Call] { world.withLock { $0.calls } }
  /// Calls before the one that is being answered.
  var callCount: Int { counted.load(ordering: .sequentiallyConsistent) }
  /// How often each entry took effect.
  var taken: [String: Int] { world.withLock { $0.effects } }
  var sleeping: Int { world.withLock { $0.sleeping } }
  var mostOut: Int { world.withLock { $0.mostOut } }
  var latency: Duration {
    get { world.withLock { $0.latency } }
    set { world.withLock { $0.latency = newValue } }
  }

  func script(_ script: @escaping @Sendable (Call) -> Reaction) { world.withLock { $0.script = script } }

  /// Answers of some calls come later than `latency`.
  func delay(_ delay: @escaping @Sendable (Call) -> Duration) { world.withLock { $0.delay = delay } }

  fileprivate func answer(_ verb: Verb, _ intent: OutboxIntent) async throws(Fault) -> EffectEvidence? {
    let call = Call(
      verb: verb, kind: intent.kind, hub: intent.hub, entry: intent.entry, at: clock.uptime())
    let (script, latency) = world.withLock { world in
      world.calls.append(call)
      world.out += 1
      world.mostOut = max(world.mostOut, world.out)
      return (world.script, max(world.latency, world.delay(call)))
    }
    // Outside of the lock: a script may look at the cloud.
    let reaction = script(call)
    counted.add(1, ordering: .sequentiallyConsistent)
    defer { world.withLock { $0.out -= 1 } }
    if latency > .zero {
      world.withLock { $0.sleeping += 1 }
      let slept: Bool
      do {
        try await clock.sleep(for: latency)
        slept = true
      } catch { slept = false }
      world.withLock { $0.sleeping -= 1 }
      if !slept { throw Fault(.requestCancelled) }
    }
    return try world.withLock { world throws(Fault) in
      let wasThere = world.effects[intent.entry] != nil
      switch reaction {
      case .fault(let fault): throw fault
      case .lost(let fault):
        if verb == .call { world.effects[intent.entry, default: 0] += 1 }
        throw fault
      case .well:
        if verb == .probe, !wasThere { return nil }
        if verb == .call { world.effects[intent.entry, default: 0] += 1 }
        return EffectEvidence(wasThere: wasThere, httpStatus: 200)
      }
    }
  }
}

struct ScriptedEffect: CloudEffect {
  let cloud: ScriptedCloud

  func probe(_ intent: OutboxIntent) async throws(Fault) -> EffectEvidence? {
    try await cloud.answer(.probe, intent)
  }

  func call(_ intent: OutboxIntent) async throws(Fault) -> EffectEvidence {
    try await cloud.answer(.call, intent) ?? EffectEvidence(wasThere: false)
  }

  func compare(_ intent: OutboxIntent, _ answer: EffectEvidence) async throws(Fault) -> EffectEvidence {
    _ = try await cloud.answer(.compare, intent)
    return answer
  }
}
