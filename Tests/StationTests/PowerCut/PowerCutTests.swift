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

  /// Boundaries of the first life of a route, and of the one after a cut in its middle.
  private struct Lengths: Sendable {
    var first: [PowerCut.Kind: Int]
    var second: [PowerCut.Kind: Int]

    init(_ route: PowerCutRoute, on stage: PowerCutStage) throws {
      let never = PowerCut(kind: .journal, number: .max)
      first = try Self.play(route, [never], on: stage)[0]
      let middle = PowerCut(kind: .journal, number: max(1, (first[.journal] ?? 1) / 2))
      second = try Self.play(route, [middle, never], on: stage)[1]
    }

    private static func play(_ route: PowerCutRoute, _ cuts: [PowerCut], on stage: PowerCutStage) throws
      -> [[PowerCut.Kind: Int]]
    {
      let scene = PowerCutCase(route: route, cuts: cuts, loss: .torn, seed: PowerCutTests.seed)
      let world = PowerCutWorld(scene, on: stage, plant: nil)
      let findings = try world.play()
      guard findings.isEmpty else { throw UncutTrouble(findings: findings, scene: scene) }
      return world.boundaries
    }
  }

  private static func draw(_ lengths: [PowerCut.Kind: Int], _ random: inout SplitMix) -> PowerCut {
    let kind = PowerCut.Kind.allCases.filter { lengths[$0] ?? 0 > 0 }.randomElement(using: &random) ?? .disk
    return PowerCut(kind: kind, number: Int.random(in: 1...max(1, lengths[kind] ?? 1), using: &random))
  }

  /// The second cut is drawn; one case in three has none.
  private static func scene(
    _ route: PowerCutRoute, _ first: PowerCut, _ lengths: Lengths, _ random: inout SplitMix
  ) -> PowerCutCase {
    let second = draw(lengths.second, &random)
    let loss = TornFolder.PowerLoss.allCases.randomElement(using: &random) ?? .torn
    return PowerCutCase(
      route: route, cuts: Int.random(in: 0..<3, using: &random) == 0 ? [first] : [first, second], loss: loss,
      seed: random.next())
  }

  /// What was found on a route, and how many of its cuts came to pass.
  private struct Tally: Sendable {
    var findings: [String] = []
    var cases = 0
    var cuts = 0
    var fired = 0
    var elsewhere = 0

    static func + (left: Tally, right: Tally) -> Tally {
      Tally(
        findings: left.findings + right.findings, cases: left.cases + right.cases,
        cuts: left.cuts + right.cuts,
        fired: left.fired + right.fired, elsewhere: left.elsewhere + right.elsewhere)
    }
  }

  @Test("one true state, wherever the power goes")
  func oneTrueState() throws {
    let stage = try Self.stage.get()
    let began = ContinuousClock.now
    let tallies = try Self.atOnce(Self.routes) { try Self.tally(of: $0, stage) }
    for tally in tallies { #expect(tally.findings == []) }
    let all = tallies.reduce(Tally(), +)
    print(
      "power cuts: \(all.cases) cases on \(tallies.count) routes in \(ContinuousClock.now - began), seed \(Self.seed); "
        + "\(all.fired) of \(all.cuts) cuts came to pass, another station saw a finished hub \(all.elsewhere) times"
    )
    #expect(all.fired * 3 > all.cuts * 2, "most of the cuts never came")
    #expect(all.elsewhere > 0 || Self.routes.allSatisfy { $0.comesBack != .otherStation })
  }

  /// Cuts one route at some of its boundaries, or at all of them.
  private static func tally(of route: PowerCutRoute, _ stage: PowerCutStage) throws -> Tally {
    var random = SplitMix(seed: seed, name: route.testDescription)
    let lengths = try Lengths(route, on: stage)
    guard lengths.first.values.reduce(0, +) > 100 else {
      return Tally(findings: ["\(route) has only \(lengths)"])
    }
    let everywhere = lengths.first.sorted { $0.key.rawValue < $1.key.rawValue }.flatMap { kind, count in
      (1...count).map { PowerCut(kind: kind, number: $0) }
    }
    // Over a hundred routes: some three hundred cases in all.
    let firsts = cutsEverywhere ? everywhere : (0..<3).map { _ in draw(lengths.first, &random) }
    let began = ContinuousClock.now
    var tally = Tally()
    for first in firsts {
      let scene = scene(route, first, lengths, &random)
      let world = PowerCutWorld(scene, on: stage, plant: nil)
      tally.findings += try world.play().map { "\($0) [\(scene)]" }
      tally.cases += 1
      tally.cuts += scene.cuts.count
      tally.fired += world.fired
      tally.elsewhere += world.elsewhereVisits.withLock { $0 }
    }
    if cutsEverywhere {
      print(
        "power cuts: \(tally.cases) cases, \(tally.fired) of \(tally.cuts) cuts, in \(ContinuousClock.now - began), "
          + "\(tally.findings.count) findings, \(route.testDescription)")
    }
    return tally
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
    let scene = PowerCutCase(route: route, cuts: cuts, loss: .torn, seed: PowerCutTests.seed)
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
    let lengths = try Lengths(plant.route ?? PowerCutRoute.all[0], on: stage)
    for begun in stride(from: 0, to: 1_000, by: 2) {
      let scenes = try (0..<2).map { _ in
        let route = try #require(plant.route ?? PowerCutRoute.all.randomElement(using: &random))
        var scene = Self.scene(route, Self.draw(lengths.first, &random), lengths, &random)
        plant.provoke(&scene, of: lengths.first)
        return scene
      }
      let played = try Self.atOnce(scenes) { try PowerCutWorld($0, on: stage, plant: plant).play() }
      guard let index = played.firstIndex(where: { !$0.isEmpty }) else { continue }
      print(
        "planted \(plant.rawValue): caught by case \(begun + index + 1): \(played[index][0]) [\(scenes[index])]"
      )
      // And it is the plant that was caught.
      #expect(try PowerCutWorld(scenes[index], on: stage, plant: nil).play() == [], "\(scenes[index])")
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
    let lengths = try Lengths(PowerCutRoute.all[0], on: stage)
    let begin = ContinuousClock.now
    var cases = 0
    while ContinuousClock.now - begin < .seconds(seconds) {
      let scenes = try (0..<32).map { _ in
        let route = try #require(Self.routes.randomElement(using: &random))
        return Self.scene(route, Self.draw(lengths.first, &random), lengths, &random)
      }
      let played = try Self.atOnce(scenes) { try PowerCutWorld($0, on: stage, plant: nil).play() }
      for (scene, findings) in zip(scenes, played) { #expect(findings == [], "\(scene)") }
      cases += scenes.count
    }
    print(
      "power cuts: \(cases) cases in \(seconds) s, \(Double(cases) / seconds) a second, seed \(Self.seed)")
  }
}
