import CertForge
import Foundation
import Testing

@testable import Station

@Suite("Adoption")
struct AdoptionTests {
  /// Two stations of one issuer, and a hub that the first one finished.
  private static func stations() async throws -> (
    there: PipelineBench, here: PipelineBench, hub: SimulatedHub
  ) {
    let there = try await PipelineBench()
    let here = try await PipelineBench(authority: there.authority)
    let hub = PipelineBench.hub()
    #expect(await there.visit(hub).outcome == .passed)
    return (there, here, hub)
  }

  private static func refusal(_ floor: PipelineBench, _ hub: HubID) async -> String? {
    do throws(Fault) {
      _ = try await AdoptionDesk(ledger: floor.ledger, actor: "4711").allow(hub, reason: "r")
      return nil
    } catch { return error.code == .adoptionRefused ? error.values["cause"] : error.code.rawValue }
  }

  @Test func `a hub that was finished elsewhere is taken in as it is, after a person allowed it`()
    async throws
  {
    let (_, here, hub) = try await Self.stations()
    let held = try PipelineBench.certificate(on: hub)
    let refused = await here.visit(hub)
    #expect(refused.fault?.code == .finishedElsewhere)
    #expect(refused.fault.map { Wording($0).hint.contains("station adopt") } == true)
    let unit = try #require(try await here.record())
    let desk = AdoptionDesk(ledger: here.ledger, actor: "4711")
    let before = try await here.ledger.lastRow()?.sequence
    _ = try await desk.allow(unit.hub, reason: "made on line 2", dryRun: true)
    #expect(try await here.ledger.lastRow()?.sequence == before)
    let allowed = try await desk.allow(unit.hub, reason: "made on line 2")
    #expect(allowed.certificate == held?.fingerprint)
    #expect(try await here.ledger.lastRow()?.actor == "4711")

    let conclusion = await here.visit(hub)
    #expect(conclusion.outcome == .passed, "\(String(describing: conclusion.fault))")
    #expect(try PipelineBench.certificate(on: hub) == held)
    let record = try #require(try await here.record())
    #expect(record.passed?.certificate == held?.fingerprint)
    let entries = try await here.entries()
    let steps = entries.suffix(20).compactMap { entry -> Step? in
      if case .done(let evidence) = entry { evidence.step } else { nil }
    }
    #expect(steps == [.identify, .identify, .certify, .deliver, .verify, .finish, .pass])
    let owed = entries.compactMap { entry -> EffectKind? in
      if case .owed(let intent) = entry { intent.kind } else { nil }
    }
    #expect(
      owed == [
        .createThing, .registerCertificate, .attachPrincipal, .attachPolicy, .provisionHub, .confirmHub,
      ])
    #expect(await here.visit(hub).outcome == .passed)
    #expect(try await here.ledger.compareProjections().agree)
    #expect(try await here.ledger.verifyChain().firstBreak == nil)
  }

  @Test func `a hub whose files are not its model's is not taken in, and nothing of it is touched`()
    async throws
  {
    let there = try await PipelineBench()
    let hub = PipelineBench.hub()
    await there.visit(hub)
    let here = try await PipelineBench(authority: there.authority)
    await here.visit(hub)
    let unit = try #require(try await here.record())
    _ = try await AdoptionDesk(ledger: here.ledger, actor: "4711").allow(unit.hub, reason: "r")
    let held = try PipelineBench.certificate(on: hub)
    var bench = here.bench
    bench.trustRoots = "other roots\n"
    let other = Runner(journal: here.ledger, bench: bench)
    #expect(await here.visit(hub, by: other).fault?.code == .digestMismatch)
    #expect(try PipelineBench.certificate(on: hub) == held)
    #expect(try await here.record()?.passed == nil)
    #expect(await here.visit(hub).outcome == .passed)
  }

  @Test func `what was taken in and did not pass yet is not made anew when its files change`() async throws {
    let (_, here, hub) = try await Self.stations()
    let held = try PipelineBench.certificate(on: hub)
    await here.visit(hub)
    let unit = try #require(try await here.record())
    _ = try await AdoptionDesk(ledger: here.ledger, actor: "4711").allow(unit.hub, reason: "r")
    var isTakenIn = false
    for point in 1...60 where !isTakenIn {
      hub.set(SimulatedHubFaults(unplugsAt: point))
      await here.visit(hub)
      hub.set(SimulatedHubFaults())
      isTakenIn = try await here.entries().contains {
        if case .done(.delivered) = $0 { true } else { false }
      }
    }
    #expect(isTakenIn)
    #expect(try await here.record()?.passed == nil)
    var bench = here.bench
    bench.trustRoots = "other roots\n"
    let other = Runner(journal: here.ledger, bench: bench)
    #expect(await here.visit(hub, by: other).fault?.code == .digestMismatch)
    #expect(try PipelineBench.certificate(on: hub) == held)
    #expect(await here.visit(hub).outcome == .passed)
    #expect(try PipelineBench.certificate(on: hub) == held)
  }

  @Test func `only what was proved and is nobody's here may be taken in`() async throws {
    let (_, here, hub) = try await Self.stations()
    let unknown = try #require(HubID("6ba7b810-9dad-41d1-80b4-00c04fd430c8"))
    #expect(await Self.refusal(here, unknown) == "unit-unknown")
    // Made here.
    let own = PipelineBench.hub("SPK00000002", mac: "02:00:5e:00:00:02")
    await here.visit(own)
    let made = try #require(try await here.record("SPK00000002"))
    #expect(await Self.refusal(here, made.hub) == "it was finished here")
    // Bare when it was last seen.
    let bare = PipelineBench.hub("SPK00000003", mac: "02:00:5e:00:00:03")
    bare.set(SimulatedHubFaults(room: 100))
    await here.visit(bare)
    let unfinished = try #require(try await here.record("SPK00000003"))
    #expect(await Self.refusal(here, unfinished.hub) == "it held no identity")
    // It holds the certificate, and not the key.
    hub.set(SimulatedHubFaults(provesWithAnotherKey: true))
    await here.visit(hub)
    let unit = try #require(try await here.record())
    #expect(await Self.refusal(here, unit.hub) == "it did not prove that it holds the key")
    hub.set(SimulatedHubFaults())
    await here.visit(hub)
    // Held, or scrapped.
    let decisions = DispositionDesk(ledger: here.ledger, actor: "4711")
    try await decisions.decide(unit.hub, .init(act: .hold, reason: "r"))
    #expect(await Self.refusal(here, unit.hub) == "it is on hold")
    try await decisions.decide(unit.hub, .init(act: .scrap, reason: "r"))
    #expect(await Self.refusal(here, unit.hub) == "it is scrapped")
  }

  @Test func `an identity of nobody who is trusted is not taken in`() async throws {
    let there = try await PipelineBench()
    let here = try await PipelineBench()
    let hub = PipelineBench.hub()
    await there.visit(hub)
    // Nobody here knows the issuer: such a certificate is overwritten like none. Only look at it.
    hub.set(SimulatedHubFaults(room: 100))
    await here.visit(hub)
    let unit = try #require(try await here.record())
    #expect(
      await Self.refusal(here, unit.hub) == "nobody whom this station trusts issued its certificate")
  }
}
