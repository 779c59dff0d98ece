import Foundation

extension JournalEntry {
  /// The word in the `kind` column.
  var kind: String {
    switch self {
    case .stationStarted: "station.started"
    case .stationStopped: "station.stopped"
    case .ledgerRestored: "ledger.restored"
    case .merged: "ledger.merged"
    case .sealed: "ledger.sealed"
    case .recovered: "unit.recovered"
    case .opened: "attempt.opened"
    case .began: "step.began"
    case .done: "step.done"
    case .failed: "step.failed"
    case .restarted: "attempt.restarted"
    case .closed: "attempt.closed"
    case .held: "unit.held"
    case .freed: "unit.freed"
    case .owed: "outbox.owed"
    case .sending: "outbox.sending"
    case .settled: "outbox.settled"
    case .parked: "outbox.parked"
    case .delayed: "outbox.delayed"
    case .released: "outbox.released"
    case .resent: "outbox.resent"
    case .givenUp: "outbox.given-up"
    case .packed: "kit.packed"
    case .unpacked: "kit.unpacked"
    case .batchOpened: "batch.opened"
    case .batchListed: "batch.listed"
    case .batchChanged: "batch.changed"
    case .batchClosed: "batch.closed"
    case .exported: "batch.exported"
    case .badgeScanned: "station.badge"
    case .disposed: "unit.disposed"
    case .adoption: "unit.adoption"
    case .corrected: "unit.corrected"
    case .campaignOpened: "campaign.opened"
    case .campaignListed: "campaign.listed"
    case .campaignResult: "campaign.result"
    case .campaignEnded: "campaign.ended"
    }
  }

  /// The exact bytes to store: JSON with sorted keys, so that equal entries have equal bytes.
  func body() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    switch self {
    case .stationStarted(let start): return try encoder.encode(start)
    case .stationStopped(let reason): return try encoder.encode(Body(reason: reason))
    case .ledgerRestored(let restoration): return try encoder.encode(restoration)
    case .merged(let merging): return try encoder.encode(merging)
    case .sealed(let seal): return try encoder.encode(seal)
    case .recovered(let unit): return try encoder.encode(unit)
    case .opened(let device): return try encoder.encode(Body(device: device))
    case .began(let step): return try encoder.encode(Body(step: step))
    case .done(let evidence): return try encoder.encode(evidence)
    case .failed(let step, let fault): return try encoder.encode(Body(step: step, fault: fault))
    case .restarted(let certificates): return try encoder.encode(Body(revoking: certificates))
    case .closed(let outcome, let fault): return try encoder.encode(Body(outcome: outcome, fault: fault))
    case .held(let fault): return try encoder.encode(Body(fault: fault))
    case .freed(let reason): return try encoder.encode(Body(reason: reason))
    case .owed(let intent): return try encoder.encode(intent)
    case .sending(let entry): return try encoder.encode(Body(entry: entry))
    case .settled(let entry, let evidence): return try encoder.encode(Body(entry: entry, evidence: evidence))
    case .parked(let entry, let fault): return try encoder.encode(Body(entry: entry, fault: fault))
    case .delayed(let entry, let fault): return try encoder.encode(Body(entry: entry, fault: fault))
    case .released(let entry, let reason), .resent(let entry, let reason), .givenUp(let entry, let reason):
      return try encoder.encode(Body(entry: entry, reason: reason))
    case .packed(let lock), .unpacked(let lock): return try encoder.encode(Body(lock: lock))
    case .batchOpened(let opening): return try encoder.encode(opening)
    case .batchListed(let serials): return try encoder.encode(serials)
    case .batchChanged(let change): return try encoder.encode(change)
    case .batchClosed(let closing): return try encoder.encode(closing)
    case .exported(let event): return try encoder.encode(event)
    case .badgeScanned(let scan): return try encoder.encode(scan)
    case .disposed(let disposal): return try encoder.encode(disposal)
    case .adoption(let adoption): return try encoder.encode(adoption)
    case .corrected(let correction): return try encoder.encode(correction)
    case .campaignOpened(let campaign): return try encoder.encode(campaign)
    case .campaignListed(let units): return try encoder.encode(units)
    case .campaignResult(let result): return try encoder.encode(result)
    case .campaignEnded(let end): return try encoder.encode(end)
    }
  }

  /// Reads a stored row back.
  init(kind: String, body: Data) throws {
    let decoder = JSONDecoder()
    func fields() throws -> Body { try decoder.decode(Body.self, from: body) }
    func need<Value>(_ value: Value?, _ name: String) throws -> Value {
      guard let value else {
        throw DecodingError.valueNotFound(
          Value.self, .init(codingPath: [], debugDescription: "\(kind) without \(name)"))
      }
      return value
    }
    switch kind {
    case "station.started": self = .stationStarted(try decoder.decode(StationStart.self, from: body))
    case "station.stopped": self = .stationStopped(reason: try need(fields().reason, "reason"))
    case "ledger.restored":
      self = .ledgerRestored(try decoder.decode(LedgerRestoration.self, from: body))
    case "ledger.merged": self = .merged(try decoder.decode(LedgerMerging.self, from: body))
    case "ledger.sealed": self = .sealed(try decoder.decode(LedgerSeal.self, from: body))
    case "unit.recovered": self = .recovered(try decoder.decode(LostUnit.self, from: body))
    case "attempt.opened": self = .opened(device: try need(fields().device, "device"))
    case "step.began": self = .began(try need(fields().step, "step"))
    case "step.done": self = .done(try decoder.decode(Evidence.self, from: body))
    case "step.failed":
      let values = try fields()
      self = .failed(try need(values.step, "step"), try need(values.fault, "fault"))
    case "attempt.restarted": self = .restarted(revoking: try need(fields().revoking, "revoking"))
    case "attempt.closed":
      let values = try fields()
      self = .closed(try need(values.outcome, "outcome"), values.fault)
    case "unit.held": self = .held(try need(fields().fault, "fault"))
    case "unit.freed": self = .freed(reason: try need(fields().reason, "reason"))
    case "outbox.owed": self = .owed(try decoder.decode(OutboxIntent.self, from: body))
    case "outbox.sending": self = .sending(entry: try need(fields().entry, "entry"))
    case "outbox.settled":
      let values = try fields()
      self = .settled(entry: try need(values.entry, "entry"), try need(values.evidence, "evidence"))
    case "outbox.parked":
      let values = try fields()
      self = .parked(entry: try need(values.entry, "entry"), try need(values.fault, "fault"))
    case "outbox.delayed":
      let values = try fields()
      self = .delayed(entry: try need(values.entry, "entry"), try need(values.fault, "fault"))
    case "outbox.released":
      let values = try fields()
      self = .released(entry: try need(values.entry, "entry"), reason: try need(values.reason, "reason"))
    case "outbox.resent":
      let values = try fields()
      self = .resent(entry: try need(values.entry, "entry"), reason: try need(values.reason, "reason"))
    case "outbox.given-up":
      let values = try fields()
      self = .givenUp(entry: try need(values.entry, "entry"), reason: try need(values.reason, "reason"))
    case "kit.packed": self = .packed(lock: try need(fields().lock, "lock"))
    case "kit.unpacked": self = .unpacked(lock: try need(fields().lock, "lock"))
    case "batch.opened": self = .batchOpened(try decoder.decode(BatchOpening.self, from: body))
    case "batch.listed": self = .batchListed(try decoder.decode(BatchSerials.self, from: body))
    case "batch.changed": self = .batchChanged(try decoder.decode(BatchChange.self, from: body))
    case "batch.closed": self = .batchClosed(try decoder.decode(BatchClosing.self, from: body))
    case "batch.exported":
      let event = try decoder.decode(ExportEvent.self, from: body)
      guard event.isPossible else {
        throw DecodingError.dataCorrupted(
          .init(codingPath: [], debugDescription: "\(kind) of an impossible revision or row"))
      }
      self = .exported(event)
    case "station.badge": self = .badgeScanned(try decoder.decode(BadgeScan.self, from: body))
    case "unit.disposed": self = .disposed(try decoder.decode(UnitDisposal.self, from: body))
    case "unit.adoption": self = .adoption(try decoder.decode(UnitAdoption.self, from: body))
    case "unit.corrected": self = .corrected(try decoder.decode(UnitCorrection.self, from: body))
    case "campaign.opened": self = .campaignOpened(try decoder.decode(Campaign.self, from: body))
    case "campaign.listed": self = .campaignListed(try decoder.decode(CampaignUnits.self, from: body))
    case "campaign.result": self = .campaignResult(try decoder.decode(CampaignResult.self, from: body))
    case "campaign.ended": self = .campaignEnded(try decoder.decode(CampaignEnd.self, from: body))
    default:
      throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "unknown kind \(kind)"))
    }
  }

  /// The fields that the small bodies are made of; absent ones are not written.
  private struct Body: Codable {
    var device: String?
    var entry: String?
    var evidence: EffectEvidence?
    var fault: Fault?
    var lock: Int64?
    var outcome: Outcome?
    var reason: String?
    var revoking: [String]?
    var step: Step?

    init(
      device: String? = nil, step: Step? = nil, outcome: Outcome? = nil, entry: String? = nil,
      evidence: EffectEvidence? = nil, fault: Fault? = nil, reason: String? = nil, revoking: [String]? = nil,
      lock: Int64? = nil
    ) {
      self.device = device
      self.entry = entry
      self.evidence = evidence
      self.fault = fault
      self.lock = lock
      self.outcome = outcome
      self.reason = reason
      self.revoking = revoking
      self.step = step
    }
  }
}
