import CertForge
import Foundation
import Testing

@testable import Station

/// Somebody else writes of a hub between what its runner has read and what it writes: a person at the desk, the courier.
@Suite("A hub of which others write meanwhile")
struct RunnerHeadTests {
  /// Steps that were done, and never begun before.
  private static func unbegun(_ entries: [JournalEntry]) -> [Step] {
    var begun: Set<Step> = []
    var found: [Step] = []
    for entry in entries {
      if case .began(let step) = entry { begun.insert(step) }
      if case .done(let evidence) = entry, evidence.step.hasOutwardEffect, !begun.contains(evidence.step) {
        found.append(evidence.step)
      }
    }
    return found
  }

  @Test func `a hold ends the attempt before the next effect, wherever it comes`() async throws {
    let hold = Fault(.qualityHold, ["reason": "board B"])
    let first = try await PipelineBench()
    for request in 1... {
      let floor = try await PipelineBench(authority: first.authority)
      // Known already, so that the first request of the attempt expects a head too.
      let hub = PipelineBench.hub()
      hub.set(SimulatedHubFaults(unplugsAt: 2))
      await floor.visit(hub)
      hub.set(SimulatedHubFaults())
      let meddler = MeddledJournal(floor.ledger, before: request, .held(hold))
      let conclusion = await floor.visit(hub, by: Runner(journal: meddler, bench: floor.bench))
      guard meddler.hasWritten else {
        #expect(request > 10 && conclusion.outcome == .passed, "only \(request) requests")
        break
      }
      let entries = try await floor.entries()
      #expect(
        conclusion.outcome != .passed && conclusion.fault?.code == .unitOnHold,
        "request \(request): \(conclusion)")
      #expect(Self.unbegun(entries) == [], "request \(request)")
      let place = try #require(entries.firstIndex(of: .held(hold)))
      let begun = entries[place...].filter { if case .began = $0 { true } else { false } }
      #expect(begun.isEmpty, "request \(request)")
      // Freed, it goes on to its end.
      try await floor.ledger.append(
        JournalDraft(actor: "qa", hub: conclusion.hub, entry: .freed(reason: "looked at")))
      #expect(await floor.visit(hub).outcome == .passed, "request \(request)")
    }
  }

  @Test func `a rework that is called off in the middle leaves the hub what passed, or on hold`() async throws
  {
    let first = try await PipelineBench()
    for request in 1... {
      let floor = try await PipelineBench(authority: first.authority)
      let hub = PipelineBench.hub()
      let id = try #require(await floor.visit(hub).hub)
      try await floor.ledger.append(
        JournalDraft(
          actor: "qa", hub: id,
          entry: .disposed(UnitDisposal(act: .rework, from: .released, to: .rework, reason: "board"))))
      let row = try #require(try await floor.ledger.rows(of: id).last?.sequence)
      let meddler = MeddledJournal(
        floor.ledger, before: request,
        .corrected(
          UnitCorrection(row: row, field: .disposition, old: "rework", new: "released", reason: "other hub")))
      await floor.visit(hub, by: Runner(journal: meddler, bench: floor.bench))
      guard meddler.hasWritten else {
        #expect(request > 8)
        break
      }
      let record = try #require(try await floor.record())
      let held = try PipelineBench.certificate(on: hub)?.fingerprint
      #expect(record.onHold || record.passed?.certificate == held, "request \(request)")
      #expect(Self.unbegun(try await floor.entries()) == [], "request \(request)")
    }
  }
}
