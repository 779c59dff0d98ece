import GRDB

/// One row per stay of a hub on the bench.
enum AttemptProjection {
  static func apply(_ row: JournalRow, _ entry: JournalEntry, _ database: Database) throws {
    guard let attempt = row.attempt?.text else { return }
    var step: Step?
    var fault: Fault?
    var outcome: Outcome?
    var readings: [CheckResult] = []
    var end = StepEnds()
    switch entry {
    case .began(let begun):
      step = begun
      end.begin(begun)
    case .done(let evidence):
      step = evidence.step
      end.end(evidence.step, good: true)
      if case .checked(let results) = evidence { readings = results }
    case .failed(let failed, let reason):
      (step, fault) = (failed, reason)
      end.end(failed, good: false)
      if let result = CheckResult(reason) { readings = [result] }
    case .closed(let end, let reason): (outcome, fault) = (end, reason)
    default: break
    }
    let closed = outcome != nil
    let place = step.map(StepEnds.place) ?? 0
    try database.run(
      """
      INSERT INTO attempt(attempt, hub, slot, actor, opened_seq, opened_time, closed_seq, closed_time, step,
        outcome, fault_code, steps, readings) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT(attempt) DO UPDATE SET
        hub = coalesce(attempt.hub, excluded.hub),
        closed_seq = coalesce(excluded.closed_seq, attempt.closed_seq),
        closed_time = coalesce(excluded.closed_time, attempt.closed_time),
        step = coalesce(excluded.step, attempt.step),
        outcome = coalesce(excluded.outcome, attempt.outcome),
        fault_code = coalesce(excluded.fault_code, attempt.fault_code),
        steps = iif((attempt.steps >> ?) & 3 < ?, (attempt.steps & ~(3 << ?)) | excluded.steps, attempt.steps),
        readings = nullif(coalesce(attempt.readings, '') || coalesce(excluded.readings, ''), '')
      """,
      [
        attempt, row.hub?.text, row.slot?.text, row.actor, row.sequence, row.time.description,
        closed ? row.sequence : nil, closed ? row.time.description : nil, step?.rawValue,
        outcome?.rawValue, fault?.code.rawValue, end.bits, ReadingList.text(readings),
        // A first end stays; one that was only begun may still come.
        place, min(end.bits >> place, 2), place,
      ])
  }
}
