import GRDB

/// One row per hub that was ever identified.
enum UnitProjection {
  static func apply(_ row: JournalRow, _ entry: JournalEntry, _ database: Database) throws {
    guard let hub = row.hub?.text else { return }
    switch entry {
    case .done(.identified(let identification)): try identify(hub, identification, row, database)
    case .done(.flashed(let version)):
      try database.run("UPDATE unit SET firmware = ? WHERE hub = ?", [version, hub])
    case .done(.passed(let pass)):
      try database.run(
        """
        UPDATE unit SET passed_seq = ?, passed_time = ?, certificate = ?, thing = ?,
          disposition = iif(disposition IN ('making', 'rework'), 'released', disposition)
        WHERE hub = ?
        """,
        [row.sequence, row.time.description, pass.certificate, pass.thing, hub])
    case .done(.certified(let certified)):
      try database.run("UPDATE unit SET authority = ? WHERE hub = ?", [certified.authority, hub])
    case .disposed(let disposal):
      try database.run(
        "UPDATE unit SET disposition = ?, disposed_seq = ? WHERE hub = ?",
        [disposal.to.rawValue, row.sequence, hub])
    case .corrected(let correction): try correct(hub, correction, database)
    case .restarted(let revoked): try restart(hub, revoked, database)
    case .closed(let outcome, let fault):
      // The late end of an older attempt (the disk was full, the station died) says nothing of the hub any more.
      try database.run(
        """
        UPDATE unit SET outcome = ?, fault_code = ?, closed_seq = ?, slot = ?, actor = ? WHERE hub = ? AND NOT EXISTS(
          SELECT 1 FROM attempt WHERE attempt.hub = unit.hub
            AND opened_seq > (SELECT opened_seq FROM attempt WHERE attempt = ?))
        """,
        [
          outcome.rawValue, fault?.code.rawValue, row.sequence, row.slot?.text, row.actor, hub,
          row.attempt?.text,
        ])
    case .recovered(let lost): try recover(hub, lost, row, database)
    case .held(let fault):
      try database.run(
        "UPDATE unit SET on_hold = 1, hold_fault = ? WHERE hub = ?", [try Projection.text(of: fault), hub])
    case .parked(_, let fault):
      // An older reason to hold the unit is not covered up by a newer one.
      try database.run(
        "UPDATE unit SET on_hold = 1, hold_fault = coalesce(hold_fault, ?) WHERE hub = ?",
        [try Projection.text(of: fault), hub])
    case .freed:
      try database.run("UPDATE unit SET on_hold = 0, hold_fault = NULL WHERE hub = ?", [hub])
    default: break
    }
    try database.run(
      "UPDATE unit SET last_time = ?, last_seq = ? WHERE hub = ?", [row.time.description, row.sequence, hub])
  }

  /// The first claim on a serial wins; it is made here, inside the writer's transaction, so two slots cannot race.
  private static func identify(
    _ hub: String, _ found: Identification, _ row: JournalRow, _ database: Database
  ) throws {
    let claim = try database.cachedStatement(
      sql: "SELECT hub FROM unit WHERE model = ? AND serial = ? AND hub <> ?")
    if let other = try String.fetchOne(claim, arguments: [found.model, found.serial.text, hub]) {
      throw Fault(
        .serialClaimed, ["serial": found.serial.text, "model": found.model, "hub": hub, "other": other])
    }
    let holder = try database.cachedStatement(
      sql: "SELECT serial FROM unit WHERE hub = ? AND (model <> ? OR serial <> ?)")
    if let other = try String.fetchOne(holder, arguments: [hub, found.model, found.serial.text]) {
      throw Fault(.hubIDClaimed, ["serial": found.serial.text, "hub": hub, "other": other])
    }
    // The MAC of the hub that came first stays: a second one with this serial is refused by the next row.
    try database.run(
      """
      INSERT INTO unit(hub, model, serial, mac, firmware, batch, slot, actor, first_time, seen_time, seen_seq,
        last_time, last_seq) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT(hub) DO UPDATE SET
        mac = coalesce(unit.mac, excluded.mac),
        firmware = coalesce(excluded.firmware, unit.firmware),
        batch = coalesce(excluded.batch, unit.batch), slot = excluded.slot, actor = excluded.actor,
        seen_time = excluded.seen_time, seen_seq = excluded.seen_seq
      """,
      [
        hub, found.model, found.serial.text, found.mac, found.firmware, found.batch?.text, row.slot?.text,
        row.actor, row.time.description, row.time.description, row.sequence, row.time.description,
        row.sequence,
      ])
    try database.run(
      "UPDATE unit SET attempts = (SELECT count(*) FROM attempt WHERE attempt.hub = unit.hub) WHERE hub = ?",
      [hub])
  }

  /// A decision that was taken back is no longer the newest one: there is nothing more to correct.
  private static func correct(_ hub: String, _ correction: UnitCorrection, _ database: Database) throws {
    switch correction.field {
    case .disposition:
      try database.run(
        "UPDATE unit SET disposition = ?, disposed_seq = NULL WHERE hub = ?", [correction.new, hub])
    case .batch: try database.run("UPDATE unit SET batch = ? WHERE hub = ?", [correction.new, hub])
    }
  }

  /// A unit whose rows were lost keeps its serial, so that no other hub gets it.
  private static func recover(_ hub: String, _ lost: LostUnit, _ row: JournalRow, _ database: Database) throws
  {
    try database.run(
      """
      INSERT OR IGNORE INTO unit(hub, model, serial, mac, slot, actor, first_time, seen_time, seen_seq, last_time,
        last_seq) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        hub, lost.model, lost.serial.text, lost.mac, row.slot?.text, row.actor, row.time.description,
        row.time.description, row.sequence, row.time.description, row.sequence,
      ])
    try database.run(
      "UPDATE unit SET on_hold = 1, hold_fault = ? WHERE hub = ?", [try Projection.text(of: lost.hold), hub])
  }

  /// A pass with a certificate that is void is none.
  private static func restart(_ hub: String, _ revoked: [String], _ database: Database) throws {
    for certificate in revoked {
      try database.run(
        """
        UPDATE unit SET passed_seq = NULL, passed_time = NULL, certificate = NULL, thing = NULL,
          disposition = iif(disposition = 'released', 'making', disposition)
        WHERE hub = ? AND certificate = ?
        """, [hub, certificate])
    }
  }
}
