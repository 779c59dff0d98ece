import CertForge
import Foundation
import Testing

@testable import Station

/// The loop on a real ledger and a real CA: every way in which a hub can come and go.
@Suite("Runner")
struct RunnerTests {
  @Test(arguments: KeyOrigin.allCases)
  func `a bare hub passes, holds what the ledger says, and owes the cloud six things`(key: KeyOrigin)
    async throws
  {
    let floor = try await PipelineBench(key: key)
    let hub = PipelineBench.hub()
    let conclusion = await floor.visit(hub)
    #expect(conclusion.outcome == .passed, "\(String(describing: conclusion.fault))")
    let held = try #require(try PipelineBench.certificate(on: hub))
    let record = try #require(try await floor.record())
    #expect(record.passed?.certificate == held.fingerprint)
    #expect(held.isIssued(by: floor.authority.certificate))
    #expect(held.commonName == record.hub.text)
    let owed = try await floor.entries().compactMap { entry -> EffectKind? in
      if case .owed(let intent) = entry { intent.kind } else { nil }
    }
    #expect(
      owed == [
        .createThing, .registerCertificate, .attachPrincipal, .attachPolicy, .provisionHub, .confirmHub,
      ])
    #expect(try await floor.ledger.verifyChain().firstBreak == nil)
  }

  @Test func `the pass, what is owed and the end of the attempt are one transaction`() async throws {
    let floor = try await PipelineBench()
    let commits = floor.ledger.subscribe()
    await floor.visit(PipelineBench.hub())
    for await rows in commits {
      let kinds = rows.map(\.kind)
      guard kinds.contains("outbox.owed") else { continue }
      #expect(kinds == ["step.done"] + Array(repeating: "outbox.owed", count: 6) + ["attempt.closed"])
      return
    }
  }

  @Test func `a finished hub is recognised, and nothing is made or owed again`() async throws {
    let floor = try await PipelineBench()
    let hub = PipelineBench.hub()
    await floor.visit(hub)
    let held = try PipelineBench.certificate(on: hub)
    let before = try await floor.ledger.outboxCounts()
    #expect(await floor.visit(hub).outcome == .passed)
    #expect(try PipelineBench.certificate(on: hub) == held)
    #expect(try await floor.ledger.outboxCounts() == before)
    #expect(await floor.visit(hub, slot: PipelineBench.otherSlot).outcome == .passed)
  }

  @Test func `a hub with the certificate and another key is an impostor`() async throws {
    let floor = try await PipelineBench()
    let hub = PipelineBench.hub()
    await floor.visit(hub)
    hub.set(SimulatedHubFaults(provesWithAnotherKey: true))
    let conclusion = await floor.visit(hub)
    #expect(conclusion.fault?.code == .impostor)
    #expect(conclusion.outcome == .failed)
  }

  @Test func `two hubs with one serial are both refused until somebody looks`() async throws {
    let floor = try await PipelineBench()
    let (first, second) = (PipelineBench.hub(), PipelineBench.hub(mac: "02:00:5e:00:00:02"))
    await floor.visit(first)
    #expect(await floor.visit(second).fault?.code == .serialDuplicate)
    #expect(try PipelineBench.certificate(on: second) == nil)
    #expect(await floor.visit(first).fault?.code == .unitOnHold)
  }

  @Test func `two hubs with one serial at the same instant do not both pass`() async throws {
    let floor = try await PipelineBench()
    let (first, second) = (PipelineBench.hub(), PipelineBench.hub(mac: "02:00:5e:00:00:02"))
    async let one = floor.visit(first)
    async let two = floor.visit(second, slot: PipelineBench.otherSlot)
    let outcomes = [await one.outcome, await two.outcome]
    #expect(outcomes.count { $0 == .passed } <= 1)
    let passes = try await floor.entries().count { if case .done(.passed) = $0 { true } else { false } }
    #expect(passes <= 1)
  }

  @Test func `a hub that lost its identity is not quietly given another`() async throws {
    let floor = try await PipelineBench()
    await floor.visit(PipelineBench.hub())
    let wiped = PipelineBench.hub()
    #expect(await floor.visit(wiped).fault?.code == .identityLost)
    #expect(try PipelineBench.certificate(on: wiped) == nil)
  }

  @Test func `a hub that another station finished is left as it is`() async throws {
    let there = try await PipelineBench()
    let here = try await PipelineBench(authority: there.authority)
    let hub = PipelineBench.hub()
    await there.visit(hub)
    let held = try PipelineBench.certificate(on: hub)
    #expect(await here.visit(hub).fault?.code == .finishedElsewhere)
    #expect(try PipelineBench.certificate(on: hub) == held)
  }

  @Test func `bad hubs are refused with the fault that names what is wrong`() async throws {
    let floor = try await PipelineBench(checks: [])
    func fault(_ hub: SimulatedHub, _ faults: SimulatedHubFaults = .init()) async -> FaultCode? {
      hub.set(faults)
      let conclusion = await floor.visit(hub)
      #expect(conclusion.recorded)
      return conclusion.fault?.code
    }
    #expect(await fault(PipelineBench.hub("XYZ1")) == .serialInvalid)
    #expect(await fault(PipelineBench.hub("SPK0000000'; rm -rf /")) == .serialInvalid)
    #expect(
      await fault(SimulatedHub(.init(serial: "SPK00000009", model: "HUB-9", mac: "02:00:5e:00:00:09")))
        == .modelUnknown)
    #expect(await fault(SimulatedHub(.init(serial: "SPK00000009", mac: nil))) == .macInvalid)
    #expect(await fault(PipelineBench.hub("SPK00000002"), .init(isSilent: true)) == .hubSilent)
    #expect(await fault(PipelineBench.hub("SPK00000003"), .init(isGarbled: true)) == .hubGarbled)
    #expect(await fault(PipelineBench.hub("SPK00000004"), .init(room: 100)) == .hubStorageFull)
    #expect(await fault(PipelineBench.hub("SPK00000005"), .init(refusesStorage: true)) == .hubStorageRefused)
    #expect(
      await fault(PipelineBench.hub("SPK00000006"), .init(corruptsFile: "certificate.pem")) == .digestMismatch
    )
    #expect(try await floor.ledger.outboxCounts().isEmpty, "none of them owes the cloud anything")
    #expect(try await floor.ledger.verifyChain().firstBreak == nil)
  }

  @Test func `a hub that was refused for its fault passes once the fault is gone`() async throws {
    let floor = try await PipelineBench()
    let hub = PipelineBench.hub()
    hub.set(SimulatedHubFaults(room: 100))
    #expect(await floor.visit(hub).outcome == .failed)
    hub.set(SimulatedHubFaults())
    #expect(await floor.visit(hub).outcome == .passed)
  }

  @Test func `checks outside their limits fail the hub, and an unanswered one is the station's trouble`()
    async throws
  {
    let voltage = CheckDefinition(name: "voltage", measure: "V", low: 4.75, high: 5.25, expected: nil)
    func outcome(_ answer: SimulatedHub.CheckAnswer) async throws -> Outcome {
      let floor = try await PipelineBench(checks: [voltage])
      let hub = SimulatedHub(
        .init(serial: "SPK00000001", mac: "02:00:5e:00:00:01", checks: ["voltage": answer]))
      return await floor.visit(hub).outcome
    }
    #expect(try await outcome(.says("5.01")) == .passed)
    #expect(try await outcome(.says("4.70")) == .failed)
    #expect(try await outcome(.says("five")) == .failed)
    #expect(try await outcome(.says("nan")) == .failed)
    #expect(try await outcome(.fails(status: 1)) == .errored)
  }

  @Test func `no certificate is made when the clock is earlier than the ledger's newest row`() async throws {
    let future = SystemClock().now().advanced(by: .seconds(3600))
    let floor = try await PipelineBench(lastRowTime: future)
    let hub = PipelineBench.hub()
    let conclusion = await floor.visit(hub)
    #expect(conclusion.fault?.code == .clockWrong)
    #expect(conclusion.outcome == .errored)
    #expect(try PipelineBench.certificate(on: hub) == nil)
  }

  @Test(arguments: KeyOrigin.allCases)
  func `a hub pulled at any point and plugged in again ends with one identity, the one that passed`(
    key: KeyOrigin
  )
    async throws
  {
    var points = 0
    for point in 1...200 {
      let floor = try await PipelineBench(key: key)
      let hub = PipelineBench.hub()
      hub.set(SimulatedHubFaults(unplugsAt: point))
      let first = await floor.visit(hub)
      guard first.outcome == .aborted else {
        #expect(first.outcome == .passed, "point \(point): \(String(describing: first.fault))")
        points = point - 1
        break
      }
      #expect(first.fault?.code == .unplugged)
      hub.set(SimulatedHubFaults())
      let second = await floor.visit(hub)
      #expect(second.outcome == .passed, "point \(point): \(String(describing: second.fault))")
      let held = try #require(try PipelineBench.certificate(on: hub), "point \(point)")
      #expect(try await floor.record()?.passed?.certificate == held.fingerprint, "point \(point)")
      let passes = try await floor.entries().count { if case .done(.passed) = $0 { true } else { false } }
      #expect(passes == 1, "point \(point)")
      #expect(try await floor.ledger.outboxCounts()[.owed] == 6, "point \(point)")
      #expect(await floor.visit(hub).outcome == .passed, "point \(point): again")
    }
    #expect(points > 10, "the walk saw only \(points) points")
  }

  @Test func `a station that dies after any row goes on from the journal`() async throws {
    // The rows of a whole unit, cut after each one; the hub is in the state that it had then.
    let floor = try await PipelineBench()
    let hub = PipelineBench.hub()
    await floor.visit(hub)
    let rows = try await floor.entries()
    for count in 1..<rows.count {
      let other = try await PipelineBench(authority: floor.authority)
      let again = PipelineBench.hub()
      let reached = rows.prefix(count)
      // From the rename on the hub holds the identity that the cut journal certified, or nothing of it.
      let delivered = reached.contains { if case .done(.delivered) = $0 { true } else { false } }
      let attempt = AttemptID(time: SystemClock().now(), random: [1])
      let id = try #require(try await floor.record()?.hub)
      for entry in reached {
        _ = try await other.ledger.append(
          JournalDraft(slot: PipelineBench.slot, attempt: attempt, hub: id, entry: entry))
      }
      let subject = delivered ? hub : again
      let conclusion = await other.visit(subject)
      if reached.contains(where: { if case .done(.passed) = $0 { true } else { false } }), !delivered {
        #expect(conclusion.fault?.code == .identityLost)
      } else {
        #expect(conclusion.outcome == .passed, "after \(count) rows: \(String(describing: conclusion.fault))")
        #expect(
          try await other.record()?.passed?.certificate
            == PipelineBench.certificate(on: subject)?.fingerprint,
          "after \(count) rows")
      }
    }
  }
}
