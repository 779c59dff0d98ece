import GRDB

/// One row per stay of a hub on the bench.
enum AttemptProjection {
  static func apply(_ row: JournalRow, _ entry: JournalEntry, _ database: Database) throws {
    guard let attempt = row.attempt?.text else { return }
    var step: Step?
    var fault: Fault?
    var outcome: Outcome?
    switch entry {
    case .began(let begun): step = begun
    case .done(let evidence): step = evidence.step
    case .failed(let failed, let reason): (step, fault) = (failed, reason)
    case .closed(let end, let reason): (outcome, fault) = (end, reason)
    default: break
    }
    let closed = outcome != nil
    try database.run(
      """
      INSERT INTO attempt(attempt, hub, slot, actor, opened_seq, opened_time, closed_seq, closed_time, step,
        outcome, fault_code) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT(attempt) DO UPDATE SET
        hub = coalesce(attempt.hub, excluded.hub),
        closed_seq = coalesce(excluded.closed_seq, attempt.closed_seq),
        closed_time = coalesce(excluded.closed_time, attempt.closed_time),
        step = coalesce(excluded.step, attempt.step),
        outcome = coalesce(excluded.outcome, attempt.outcome),
        fault_code = coalesce(excluded.fault_code, attempt.fault_code)
      """,
      [
        attempt, row.hub?.text, row.slot?.text, row.actor, row.sequence, row.time.description,
        closed ? row.sequence : nil, closed ? row.time.description : nil, step?.rawValue,
        outcome?.rawValue, fault?.code.rawValue,
      ])
  }
}
