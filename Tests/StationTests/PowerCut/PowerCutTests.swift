import Dispatch
import Foundation
import Synchronization
import Testing

@testable import Station

/// Whatever dies, whenever it dies: every unit ends in one state that is true, with one Thing, one active certificate
/// and one provisioned hub, and no tile was ever green without a durable row here and durable files there.
///
/// `STATION_SEED` chooses another world; `STATION_POWER_CUT=all` cuts at every boundary, and `STATION_POWER_CUT_ROUTE` only
/// those of the routes whose description has its words; `STATION_SOAK_SECONDS` goes on with new seeds for as long as it
/// says.
@Suite("Power cuts", .serialized)
struct PowerCutTests {
  private static let seed = UInt64(ProcessInfo.processInfo.environment["STATION_SEED"] ?? "") ?? 20_261_121
  private static let cutsEverywhere = ProcessInfo.processInfo.environment["STATION_POWER_CUT"] == "all"

  private static let routes: [PowerCutRoute] = {
    let words = ProcessInfo.processInfo.environment["STATION_POWER_CUT_ROUTE"] ?? ""
    return (PowerCutRoute.all + PowerCutRoute.errands).filter {
      words.isEmpty || $0.testDescription.contains(words)
    }
  }()

  private static let stage = Result { try PowerCutStage() }

  /// Something is wrong already without a cut.
  private struct UncutTrouble: Error {
    let findings: [String]
    let scene: PowerCutCase
  }

  /// Boundaries of an uncut first life of the route.
  private static func lengths(of route: PowerCutRoute, on stage: PowerCutStage) throws -> [PowerCut.Kind: Int]
  {
    let scene = PowerCutCase(route: route, cuts: [], loss: .torn, seed: seed)
    let world = PowerCutWorld(scene, on: stage, plant: nil)
    let findings = try world.play()
    guard findings.isEmpty else { throw UncutTrouble(findings: findings, scene: scene) }
    return world.boundaries[0]
  }

  private static func draw(_ lengths: [PowerCut.Kind: Int], _ random: inout SplitMix) -> PowerCut {
    let kind = PowerCut.Kind.allCases.randomElement(using: &random) ?? .disk
    return PowerCut(kind: kind, number: Int.random(in: 1...max(1, lengths[kind] ?? 1), using: &random))
  }

  /// The second cut is drawn; one case in three has none.
  private static func scene(
    _ route: PowerCutRoute, _ first: PowerCut, _ lengths: [PowerCut.Kind: Int], _ random: inout SplitMix
  ) -> PowerCutCase {
    let second = draw(lengths, &random)
    let loss = TornFolder.PowerLoss.allCases.randomElement(using: &random) ?? .torn
    return PowerCutCase(
      route: route, cuts: Int.random(in: 0..<3, using: &random) == 0 ? [first] : [first, second], loss: loss,
      seed: random.next())
  }

  @Test("one true state, wherever the power goes")
  func oneTrueState() throws {
    let stage = try Self.stage.get()
    for findings in try Self.atOnce(Self.routes, { try Self.findings(on: $0, stage) }) {
      #expect(findings == [])
    }
  }

  /// Cuts one route at some of its boundaries, or at all of them.
  private static func findings(on route: PowerCutRoute, _ stage: PowerCutStage) throws -> [String] {
    var random = SplitMix(seed: seed, name: route.testDescription)
    let lengths = try lengths(of: route, on: stage)
    guard lengths.values.reduce(0, +) > 100 else { return ["\(route) has only \(lengths)"] }
    let everywhere = lengths.sorted { $0.key.rawValue < $1.key.rawValue }.flatMap { kind, count in
      (1...count).map { PowerCut(kind: kind, number: $0) }
    }
    // Over a hundred routes: some three hundred cases in all.
    let firsts = cutsEverywhere ? everywhere : (0..<3).map { _ in draw(lengths, &random) }
    let began = ContinuousClock.now
    let findings = try firsts.flatMap { first in
      let scene = scene(route, first, lengths, &random)
      return try PowerCutWorld(scene, on: stage, plant: nil).play().map { "\($0) [\(scene)]" }
    }
    if cutsEverywhere {
      print("power cuts: \(firsts.count) cases in \(ContinuousClock.now - began), \(route.testDescription)")
    }
    return findings
  }

  /// Plays worlds on every core: they share nothing but the stage.
  private static func atOnce<Input: Sendable, Found: Sendable>(
    _ inputs: [Input], _ play: @Sendable (Input) throws -> Found
  ) throws -> [Found] {
    let found = Mutex<[Int: Result<Found, any Error>]>([:])
    DispatchQueue.concurrentPerform(iterations: inputs.count) { index in
      let result = Result { try play(inputs[index]) }
      found.withLock { $0[index] = result }
    }
    return try found.withLock { found in try inputs.indices.compactMap { try found[$0]?.get() } }
  }

  @Test func `a ledger whose making is cut short anywhere is made again`() throws {
    let stage = try Self.stage.get()
    let clock = SystemClock()
    let boundaries = try Self.atOnce(TornFolder.PowerLoss.allCases) { loss in
      for cut in 1... {
        let power = PowerSwitch(PowerCut(kind: .disk, number: cut))
        let folder = try TornFolder(in: stage.place, copying: nil, power: power)
        try PowerCutLife.open(folder.ledger, station: "A", clock).close()
        let left = try folder.salvage(loss, seed: Self.seed &+ UInt64(cut))
        let again = try PowerCutLife.open("\(left)/ledger.sqlite", station: "A", clock)
        _ = try again.appendNow(AppendRequest(JournalDraft(entry: .stationStopped(reason: "test"))))
        try again.close()
        try FileManager.default.removeItem(atPath: left)
        if !power.isOff { return power.counts[.disk] ?? 0 }
      }
      return 0
    }
    #expect(boundaries.allSatisfy { $0 > 20 }, "only \(boundaries) boundaries")
  }

  /// What the whole matrix once found: a hub whose staged key was half written when its power went.
  @Test(
    arguments: [
      ([PowerCut(kind: .disk, number: 38), PowerCut(kind: .hub, number: 7)], 5_359_915_661_644_351_211),
      ([PowerCut(kind: .hub, number: 7), PowerCut(kind: .journal, number: 36)], 18_161_395_161_815_583_138),
    ] as [([PowerCut], UInt64)])
  func `a hub whose own key was torn gets a new one`(cuts: [PowerCut], seed: UInt64) throws {
    let route = PowerCutRoute(signer: .ownAuthority, key: .hub, network: .online, comesBack: .sameSlot)
    let scene = PowerCutCase(route: route, cuts: cuts, loss: .torn, seed: seed)
    #expect(try PowerCutWorld(scene, on: Self.stage.get(), plant: nil).play() == [])
  }

  @Test func `a case replays from its seed`() throws {
    let stage = try Self.stage.get()
    let route = PowerCutRoute(
      signer: .ownAuthority, key: .station, network: .offlineAndBack, comesBack: .otherHubFirst)
    let scene = PowerCutCase(
      route: route, cuts: [PowerCut(kind: .disk, number: 200), PowerCut(kind: .cloud, number: 5)],
      loss: .torn, seed: Self.seed)
    let runs = try (0..<3).map { _ in
      let world = PowerCutWorld(scene, on: stage, plant: nil)
      _ = try world.play()
      return world.boundaries
    }
    #expect(Set(runs).count == 1, "\(runs)")
  }

  /// The matrix's own test: each bug is seen, and what it looked like is printed.
  @Test(arguments: Plant.allCases)
  func `a planted bug is caught`(_ plant: Plant) throws {
    let stage = try Self.stage.get()
    var random = SplitMix(seed: Self.seed, name: plant.rawValue)
    let lengths = try Self.lengths(of: plant.route ?? PowerCutRoute.all[0], on: stage)
    for begun in stride(from: 0, to: 1_000, by: 2) {
      let scenes = try (0..<2).map { _ in
        let route = try #require(plant.route ?? PowerCutRoute.all.randomElement(using: &random))
        var scene = Self.scene(route, Self.draw(lengths, &random), lengths, &random)
        plant.provoke(&scene, of: lengths)
        return scene
      }
      let played = try Self.atOnce(scenes) { try PowerCutWorld($0, on: stage, plant: plant).play() }
      guard let index = played.firstIndex(where: { !$0.isEmpty }) else { continue }
      print(
        "planted \(plant.rawValue): caught by case \(begun + index + 1): \(played[index][0]) [\(scenes[index])]"
      )
      return
    }
    Issue.record("\(plant) was never caught")
  }

  @Test(
    .enabled(if: ProcessInfo.processInfo.environment["STATION_SOAK_SECONDS"] != nil, "only in `make soak`"))
  func `new seeds for as long as it is told`() throws {
    let seconds = Double(ProcessInfo.processInfo.environment["STATION_SOAK_SECONDS"] ?? "") ?? 60
    let stage = try Self.stage.get()
    var random = SplitMix(seed: Self.seed, name: "soak")
    let lengths = try Self.lengths(of: PowerCutRoute.all[0], on: stage)
    let begin = ContinuousClock.now
    var cases = 0
    while ContinuousClock.now - begin < .seconds(seconds) {
      let scenes = try (0..<32).map { _ in
        let route = try #require(Self.routes.randomElement(using: &random))
        return Self.scene(route, Self.draw(lengths, &random), lengths, &random)
      }
      let played = try Self.atOnce(scenes) { try PowerCutWorld($0, on: stage, plant: nil).play() }
      for (scene, findings) in zip(scenes, played) { #expect(findings == [], "\(scene)") }
      cases += scenes.count
    }
    print(
      "power cuts: \(cases) cases in \(seconds) s, \(Double(cases) / seconds) a second, seed \(Self.seed)")
  }
}
