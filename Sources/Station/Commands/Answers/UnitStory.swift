import Foundation

/// The whole story of one hub, as `unit SERIAL` tells it: every attempt with its steps, evidence and faults, what the
/// cloud was told, and holds. The keys are stable.
struct UnitStory: Hashable, Sendable, Codable {
  struct StepStory: Hashable, Sendable, Codable {
    var step: Step
    /// `began`, `done` or `failed`.
    var state: String
    var row: Int64
    var time: Timestamp
    /// From the step's beginning, or from the row before it in the attempt.
    var milliseconds: Int64
    /// What the step left behind, in a line.
    var evidence: String?
    var fault: FaultCode?
    var sentence: String?
  }

  struct AttemptStory: Hashable, Sendable, Codable {
    var attempt: AttemptID
    var slot: SlotName?
    var actor: String
    var firmware: String?
    var opened: Timestamp
    var closed: Timestamp?
    var outcome: Outcome?
    var fault: FaultCode?
    var sentence: String?
    var hint: String?
    var steps: [StepStory] = []
    /// Certificates that were made void.
    var revoked: [String] = []
  }

  struct Note: Hashable, Sendable, Codable {
    var row: Int64
    var time: Timestamp
    var actor: String
    /// `held`, `freed`, what a person decided, `adoption allowed`, `corrected`, `packed` and `unpacked`, or `campaign`.
    var word: String
    var text: String
  }

  var unit: UnitLine
  var attempts: [AttemptStory] = []
  var holds: [Note] = []
  /// The newest certificate that was issued for it.
  var certificate: CertificateStory?
  var outbox: [OutboxLine]
  /// The locks in the box with it.
  var kit: [LockLine]

  /// - Throws: `ledger-corrupt` when a row cannot be read.
  init(
    _ unit: UnitRecord, attempts records: [AttemptRecord], rows: [JournalRow], outbox: [OutboxEntry],
    kit: [LockRecord]
  ) throws(Fault) {
    self.unit = UnitLine(unit)
    self.kit = kit.map { LockLine($0) }
    self.outbox = outbox.map { OutboxLine($0) }
    attempts = records.map {
      AttemptStory(
        attempt: $0.attempt, slot: $0.slot, actor: $0.actor, opened: $0.opened, closed: $0.closed,
        outcome: $0.outcome)
    }
    var previous: [AttemptID: Timestamp] = [:]
    for attempt in attempts { previous[attempt.attempt] = attempt.opened }
    for row in rows {
      try take(row, after: row.attempt.flatMap { previous[$0] } ?? row.time)
      if let attempt = row.attempt { previous[attempt] = row.time }
    }
  }

  private mutating func take(_ row: JournalRow, after before: Timestamp) throws(Fault) {
    let index = attempts.firstIndex { $0.attempt == row.attempt }
    func step(_ step: Step, _ state: String) -> StepStory {
      StepStory(
        step: step, state: state, row: row.sequence, time: row.time,
        milliseconds: row.time.milliseconds - before.milliseconds)
    }
    switch try row.entry() {
    case .began(let begun): if let index { attempts[index].steps.append(step(begun, "began")) }
    case .done(let evidence):
      if case .certified(let certified) = evidence { certificate = CertificateStory(certified) }
      guard let index else { return }
      if case .identified(let identification) = evidence {
        attempts[index].firmware = identification.firmware
      }
      // Its beginning stands in the row before: one line tells both.
      if attempts[index].steps.last.map({ $0.step == evidence.step && $0.state == "began" }) == true {
        attempts[index].steps.removeLast()
      }
      var story = step(evidence.step, "done")
      story.evidence = EvidenceText.line(evidence)
      attempts[index].steps.append(story)
    case .failed(let failed, let fault):
      guard let index else { return }
      var story = step(failed, "failed")
      story.fault = fault.code
      story.sentence = Wording(fault).sentence
      attempts[index].steps.append(story)
    case .restarted(let certificates): if let index { attempts[index].revoked += certificates }
    case .closed(let outcome, let fault):
      guard let index else { return }
      attempts[index].outcome = outcome
      attempts[index].closed = row.time
      attempts[index].fault = fault?.code
      attempts[index].sentence = fault.map { Wording($0).sentence }
      attempts[index].hint = fault.map { Wording($0).hint }
    case .recovered(let unit): note(row, "held", Wording(unit.hold).sentence)
    case .held(let fault): note(row, "held", Wording(fault).sentence)
    case .freed(let reason): note(row, "freed", PrintableText.of(reason, limit: 200))
    case .disposed(let disposal):
      let override = disposal.unregistered == true ? " (not registered)" : ""
      note(row, disposal.act.past, PrintableText.of(disposal.reason, limit: 300) + override)
    case .adoption(let adoption):
      note(row, "adoption allowed", PrintableText.of(adoption.reason, limit: 300))
    case .corrected(let correction):
      let what =
        "row \(correction.row): \(correction.field.rawValue) \(correction.new), not \(correction.old): "
      note(row, "corrected", what + PrintableText.of(correction.reason, limit: 200))
    case .packed(let lock): note(row, "packed", "lock \(lock)")
    case .unpacked(let lock): note(row, "unpacked", "lock \(lock)")
    case .campaignResult(let result):
      let what = result.fault.map { "refused: \(Wording($0).sentence)" } ?? result.act?.past ?? "listed"
      note(row, "campaign", "\(result.campaign) \(what)")
    case .opened, .owed, .sending, .settled, .parked, .delayed, .released, .resent, .givenUp,
      .stationStarted, .stationStopped, .ledgerRestored, .sealed, .merged, .exported,
      .batchOpened,
      .batchListed,
      .batchChanged,
      .batchClosed, .badgeScanned,
      .campaignOpened, .campaignListed, .campaignEnded:
      break
    }
  }

  private mutating func note(_ row: JournalRow, _ word: String, _ text: String) {
    holds.append(Note(row: row.sequence, time: row.time, actor: row.actor, word: word, text: text))
  }
}
