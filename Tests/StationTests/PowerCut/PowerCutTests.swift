import Foundation
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

  /// Boundaries of an uncut first life of the route.
  private static func lengths(of route: PowerCutRoute, on stage: PowerCutStage) throws -> [PowerCut.Kind: Int]
  {
    let world = PowerCutWorld(
      PowerCutCase(route: route, cuts: [], loss: .torn, seed: seed), on: stage, plant: nil)
    #expect(try world.play() == [], "\(route)")
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

  @Test("one true state, wherever the power goes", arguments: routes)
  func oneTrueState(_ route: PowerCutRoute) throws {
    let stage = try Self.stage.get()
    var random = SplitMix(seed: Self.seed, name: route.testDescription)
    let lengths = try Self.lengths(of: route, on: stage)
    #expect(lengths.values.reduce(0, +) > 100, "the route has only \(lengths)")
    let everywhere = lengths.sorted { $0.key.rawValue < $1.key.rawValue }.flatMap { kind, count in
      (1...count).map { PowerCut(kind: kind, number: $0) }
    }
    // Over a hundred routes: some three hundred cases in all, which take two minutes.
    let firsts = Self.cutsEverywhere ? everywhere : (0..<3).map { _ in Self.draw(lengths, &random) }
    let began = ContinuousClock.now
    for first in firsts {
      let scene = Self.scene(route, first, lengths, &random)
      let findings = try PowerCutWorld(scene, on: stage, plant: nil).play()
      #expect(findings == [], "\(scene)")
    }
    if Self.cutsEverywhere {
      print("power cuts: \(firsts.count) cases in \(ContinuousClock.now - began), \(route.testDescription)")
    }
  }

  @Test func `a ledger whose making is cut short anywhere is made again`() throws {
    let stage = try Self.stage.get()
    let clock = SystemClock()
    for loss in TornFolder.PowerLoss.allCases {
      var boundaries = 0
      for cut in 1... {
        let power = PowerSwitch(PowerCut(kind: .disk, number: cut))
        let folder = try TornFolder(in: stage.place, copying: nil, power: power)
        do throws(Fault) { try PowerCutLife.open(folder.ledger, station: "A", clock).close() } catch {
          Issue.record("\(error)")
        }
        let left = try folder.salvage(loss, seed: Self.seed &+ UInt64(cut))
        let again = try PowerCutLife.open("\(left)/ledger.sqlite", station: "A", clock)
        _ = try again.appendNow(AppendRequest(JournalDraft(entry: .stationStopped(reason: "test"))))
        try again.close()
        try FileManager.default.removeItem(atPath: left)
        boundaries = power.counts[.disk] ?? 0
        if !power.isOff { break }
      }
      #expect(boundaries > 20, "only \(boundaries) boundaries")
    }
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
    for tries in 1...1_000 {
      let route = try #require(plant.route ?? PowerCutRoute.all.randomElement(using: &random))
      var scene = Self.scene(route, Self.draw(lengths, &random), lengths, &random)
      plant.provoke(&scene, of: lengths)
      let findings = try PowerCutWorld(scene, on: stage, plant: plant).play()
      guard let first = findings.first else { continue }
      print("planted \(plant.rawValue): caught by case \(tries): \(first) [\(scene)]")
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
      let route = try #require(Self.routes.randomElement(using: &random))
      let scene = Self.scene(route, Self.draw(lengths, &random), lengths, &random)
      #expect(try PowerCutWorld(scene, on: stage, plant: nil).play() == [], "\(scene)")
      cases += 1
    }
    print(
      "power cuts: \(cases) cases in \(seconds) s, \(Double(cases) / seconds) a second, seed \(Self.seed)")
  }
}
