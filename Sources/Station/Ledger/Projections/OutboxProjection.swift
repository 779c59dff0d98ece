import GRDB

/// One row per thing that the cloud has to hear. The intent itself stays in the journal row that owed it.
enum OutboxProjection {
  static func apply(_ row: JournalRow, _ entry: JournalEntry, _ database: Database) throws {
    switch entry {
    case .owed(let intent):
      try database.run(
        """
        INSERT INTO outbox(entry, subject, hub, certificate, kind, state, seq, since, due_by)
        VALUES(?, ?, ?, ?, ?, 'owed', ?, ?, ?)
        """,
        [
          intent.entry, intent.subject.description, intent.hub?.text, intent.effect.registers,
          intent.kind.rawValue, row.sequence, row.time.description, intent.effect.dueBy?.description,
        ])
      if case .revokeCertificate(let unit, _) = intent.effect { try void(unit, database) }
      if let hub = intent.hub?.text { try register(hub, database) }
      return
    case .sending(let id):
      try database.run(
        "UPDATE outbox SET state = 'sending', begun = 1 WHERE entry = ? AND state = 'owed'", [id])
    case .settled(let id, let evidence):
      try database.run(
        """
        UPDATE outbox SET state = 'settled', fault = NULL, fault_code = NULL, evidence = ?
        WHERE entry = ? AND state <> 'superseded'
        """, [try Projection.text(of: evidence), id])
    case .parked(let id, let fault):
      try database.run(
        "UPDATE outbox SET state = 'parked', fault = ?, fault_code = ? WHERE entry = ? AND state IN ('owed', 'sending')",
        [try Projection.text(of: fault), fault.code.rawValue, id])
    case .delayed(let id, let fault):
      try database.run(
        "UPDATE outbox SET fault = ?, fault_code = ? WHERE entry = ? AND state IN ('owed', 'sending')",
        [try Projection.text(of: fault), fault.code.rawValue, id])
      return
    case .released(let id, _):
      // What was ever begun may have had its effect: it goes back to where the courier looks before it calls.
      try database.run(
        """
        UPDATE outbox SET state = iif(begun, 'sending', 'owed'), fault = NULL, fault_code = NULL
        WHERE entry = ? AND state = 'parked'
        """, [id])
    case .resent(let id, _):
      try database.run(
        """
        UPDATE outbox SET state = 'owed', begun = 0, fault = NULL, fault_code = NULL
        WHERE entry = ? AND state = 'parked'
        """, [id])
    case .givenUp(let id, _):
      try database.run(
        "UPDATE outbox SET state = 'given-up' WHERE entry = ? AND state IN ('owed', 'sending', 'parked')",
        [id]
      )
    case .ledgerRestored(let restoration):
      // A lost row may have said that an entry was begun: what may have had its effect is looked for before it is
      // called.
      guard !restoration.isComplete else { return }
      return try database.run("UPDATE outbox SET state = 'sending', begun = 1 WHERE state = 'owed'")
    case .done(.passed(let pass)):
      // A new identity makes void what was never sent of an older one.
      try database.run(
        """
        UPDATE outbox SET state = 'superseded', fault = NULL, fault_code = NULL
        WHERE hub = ? AND certificate <> ? AND state IN ('owed', 'parked')
        """, [row.hub?.text, pass.certificate])
    case .disposed(let disposal) where disposal.to == .scrapped || disposal.to == .recalled:
      guard let hub = row.hub?.text else { return }
      try retire(hub, database)
    case .restarted(let revoked):
      for certificate in revoked {
        try database.run(
          "UPDATE outbox SET state = 'superseded' WHERE hub = ? AND certificate = ? AND state = 'owed'",
          [row.hub?.text, certificate])
      }
    default: return
    }
    if let hub = row.hub?.text {
      try register(hub, database)
    } else if let id = entry.outboxEntry {
      let statement = try database.cachedStatement(
        sql: "SELECT hub FROM outbox WHERE entry = ? AND hub IS NOT NULL")
      if let hub = try String.fetchOne(statement, arguments: [id]) { try register(hub, database) }
    }
  }

  /// An identity that is to end is not made known any further. What was begun is brought to its end, so that the
  /// revocation behind it finds the certificate; but a question waits for a hub that can no longer answer.
  private static func void(_ unit: UnitIdentity, _ database: Database) throws {
    try database.run(
      """
      UPDATE outbox SET state = 'superseded', fault = NULL, fault_code = NULL
      WHERE hub = ? AND certificate = ?
        AND (state IN ('owed', 'parked') OR state = 'sending' AND kind = 'check-hub')
      """, [unit.hub.text, unit.certificate])
  }

  /// Neither is a hub that must not work again.
  private static func retire(_ hub: String, _ database: Database) throws {
    try database.run(
      """
      UPDATE outbox SET state = 'superseded', fault = NULL, fault_code = NULL
      WHERE hub = ? AND state IN ('owed', 'parked')
        AND kind NOT IN ('suspend-hub', 'revoke-certificate', 'remove-certificate')
      """, [hub])
  }

  /// Parked before ended before waiting before registered; an entry of a registration counts only for the certificate that
  /// the unit has now. The removal of an older certificate says nothing of this one, as long as no person is needed; one
  /// that was owed after the pass is the end of this one.
  private static func register(_ hub: String, _ database: Database) throws {
    try database.run(
      """
      UPDATE unit SET registration = CASE
        WHEN EXISTS(SELECT 1 FROM outbox WHERE outbox.hub = unit.hub AND state = 'parked') THEN 'attention'
        WHEN EXISTS(SELECT 1 FROM outbox WHERE outbox.hub = unit.hub AND kind = 'revoke-certificate'
          AND seq > unit.passed_seq AND state NOT IN ('superseded', 'given-up')) THEN 'none'
        WHEN EXISTS(SELECT 1 FROM outbox WHERE outbox.hub = unit.hub AND state IN ('owed', 'sending')
          AND kind NOT IN ('remove-certificate', 'revoke-certificate')
          AND coalesce(outbox.certificate = unit.certificate, 1)) THEN 'waiting'
        WHEN EXISTS(SELECT 1 FROM outbox WHERE outbox.hub = unit.hub AND state = 'settled'
          AND outbox.certificate = unit.certificate) THEN 'registered'
        ELSE 'none' END
      WHERE hub = ?
      """, [hub])
  }
}

extension JournalEntry {
  /// The outbox entry that a row tells of.
  var outboxEntry: String? {
    switch self {
    case .owed(let intent): intent.entry
    case .sending(let entry), .settled(let entry, _), .parked(let entry, _), .delayed(let entry, _),
      .released(let entry, _), .resent(let entry, _), .givenUp(let entry, _):
      entry
    default: nil
    }
  }
}
