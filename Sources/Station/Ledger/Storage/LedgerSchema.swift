import GRDB

/// The tables of the ledger, and how an older file becomes a newer one.
struct LedgerSchema: Sendable {
  /// `STNL` in the file's header (offset 68): says that a file is a ledger of Station, whatever its name.
  static let applicationID: Int32 = 0x5354_4E4C

  /// One text per version of the schema; `user_version` counts those that the file has been through. A text that was
  /// once released is never changed.
  let migrations: [String]

  static let current = LedgerSchema(migrations: [journal + projections + stationState])

  var version: Int { migrations.count }

  /// Makes the file what this program writes. One transaction: a cut in the middle leaves the older file.
  ///
  /// - Parameter keeping: makes a verified backup of an older file; called before anything is changed.
  /// - Throws: `ledger-foreign`, `ledger-newer`, `backup-failed`.
  func migrate(_ database: Database, keeping: (Int) throws -> Void) throws {
    let found = try versionFound(in: database)
    guard found < version else { return }
    if found > 0 { try keeping(found) }
    try database.inTransaction(.immediate) {
      for migration in migrations[found...] { try database.execute(sql: migration) }
      try database.execute(sql: "PRAGMA application_id = \(Self.applicationID)")
      try database.execute(sql: "PRAGMA user_version = \(version)")
      return .commit
    }
  }

  /// - Returns: the schema version of the file; 0 for an empty one.
  /// - Throws: `ledger-foreign` for somebody else's database, `ledger-newer` for one of a later program.
  func versionFound(in database: Database) throws -> Int {
    let identity = try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0
    let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    if identity == 0 {
      let objects = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") ?? 0
      guard objects == 0, found == 0 else { throw Fault(.ledgerForeign) }
      return 0
    }
    guard identity == Self.applicationID else {
      throw Fault(.ledgerForeign, ["application": String(identity)])
    }
    guard (0...version).contains(found) else {
      throw Fault(
        .ledgerNewer, ["found": String(found), "known": String(version)])
    }
    return found
  }

  /// BEFORE INSERT looks at the number itself, because REPLACE deletes without firing delete triggers unless
  /// recursive_triggers is on. A NULL number is -1 there, and refused like any other that is not the next.
  private static let journal = """
    CREATE TABLE journal(
      seq INTEGER PRIMARY KEY,
      time TEXT NOT NULL,
      clock TEXT NOT NULL,
      station TEXT NOT NULL,
      actor TEXT NOT NULL,
      slot TEXT,
      attempt TEXT,
      hub TEXT,
      kind TEXT NOT NULL,
      body BLOB NOT NULL,
      versions TEXT NOT NULL,
      previous_hash BLOB NOT NULL CHECK(length(previous_hash) = 32),
      hash BLOB NOT NULL CHECK(length(hash) = 32)
    ) STRICT;
    CREATE INDEX journal_by_hub ON journal(hub) WHERE hub IS NOT NULL;
    CREATE INDEX journal_by_attempt ON journal(attempt) WHERE attempt IS NOT NULL;
    CREATE INDEX journal_by_time ON journal(clock, time);
    CREATE INDEX journal_seals ON journal(seq) WHERE kind = 'ledger.sealed';
    CREATE TRIGGER journal_only_grows BEFORE INSERT ON journal
      WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM journal)
        OR NEW.previous_hash IS NOT
          coalesce((SELECT hash FROM journal ORDER BY seq DESC LIMIT 1), zeroblob(32))
      BEGIN SELECT RAISE(ABORT, 'journal: a row can only be added after the last one'); END;
    CREATE TRIGGER journal_never_changes BEFORE UPDATE ON journal
      BEGIN SELECT RAISE(ABORT, 'journal: rows are never changed'); END;
    CREATE TRIGGER journal_never_shrinks BEFORE DELETE ON journal
      BEGIN SELECT RAISE(ABORT, 'journal: rows are never deleted'); END;

    """

  /// The index that serials, MAC addresses and UUIDs are searched by.
  ///
  /// - Parameter table: where its texts are; empty: nowhere.
  static func words(of table: String) -> String {
    "CREATE VIRTUAL TABLE unit_text USING fts5(serial, mac, model, hub, content='\(table)', tokenize='trigram')"
  }

  /// The tables that can be made again from the journal, also in an empty database beside it.
  ///
  /// `attempt.steps` are the bits of `StepEnds` and `attempt.readings` the text of `ReadingList`: reports read them in place
  /// of the journal. `unit_left` has the batches that a unit was in and is not any more: their older exports have it.
  static let projections = """
    CREATE TABLE unit(
      hub TEXT PRIMARY KEY,
      model TEXT NOT NULL,
      serial TEXT NOT NULL,
      mac TEXT,
      firmware TEXT,
      batch TEXT,
      outcome TEXT,
      fault_code TEXT,
      closed_seq INTEGER,
      passed_seq INTEGER,
      passed_time TEXT,
      certificate TEXT,
      thing TEXT,
      disposition TEXT NOT NULL DEFAULT 'making',
      disposed_seq INTEGER,
      authority TEXT,
      on_hold INTEGER NOT NULL DEFAULT 0,
      hold_fault TEXT,
      registration TEXT NOT NULL DEFAULT 'none',
      attempts INTEGER NOT NULL DEFAULT 0,
      slot TEXT,
      actor TEXT NOT NULL,
      first_time TEXT NOT NULL,
      seen_time TEXT NOT NULL,
      seen_seq INTEGER NOT NULL,
      last_time TEXT NOT NULL,
      last_seq INTEGER NOT NULL,
      UNIQUE(model, serial)
    ) STRICT;
    CREATE INDEX unit_by_serial ON unit(serial);
    CREATE INDEX unit_by_end ON unit(closed_seq);
    CREATE INDEX unit_seen ON unit(seen_time, seen_seq);
    CREATE INDEX unit_seen_of_batch ON unit(batch, seen_time, seen_seq);
    CREATE INDEX unit_seen_of_model ON unit(model, seen_time, seen_seq);
    CREATE INDEX unit_seen_by_outcome ON unit(outcome, seen_time, seen_seq);
    CREATE INDEX unit_seen_by_registration ON unit(registration, seen_time, seen_seq);
    CREATE INDEX unit_seen_by_disposition ON unit(disposition, seen_time, seen_seq);
    CREATE INDEX unit_seen_on_slot ON unit(slot, seen_time, seen_seq);
    CREATE INDEX unit_seen_by_person ON unit(actor, seen_time, seen_seq);
    CREATE INDEX unit_seen_with_firmware ON unit(firmware, seen_time, seen_seq);
    CREATE INDEX unit_seen_with_fault ON unit(fault_code, seen_time, seen_seq);
    CREATE INDEX unit_seen_under_authority ON unit(authority, seen_time, seen_seq);
    CREATE INDEX unit_on_hold ON unit(seen_time, seen_seq) WHERE on_hold = 1;
    CREATE INDEX unit_by_batch ON unit(batch, passed_seq) WHERE batch IS NOT NULL;
    CREATE TABLE unit_left(
      batch TEXT NOT NULL,
      hub TEXT NOT NULL,
      PRIMARY KEY(batch, hub)
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER unit_leaves_batch AFTER UPDATE OF batch ON unit
      WHEN OLD.batch IS NOT NULL AND NEW.batch IS NOT OLD.batch BEGIN
      INSERT OR IGNORE INTO unit_left(batch, hub) VALUES(OLD.batch, OLD.hub);
    END;
    \(words(of: "unit"));
    CREATE TRIGGER unit_text_grows AFTER INSERT ON unit BEGIN
      INSERT INTO unit_text(rowid, serial, mac, model, hub)
        VALUES(NEW.rowid, NEW.serial, NEW.mac, NEW.model, NEW.hub);
    END;
    CREATE TRIGGER unit_text_changes AFTER UPDATE OF mac ON unit WHEN OLD.mac IS NOT NEW.mac BEGIN
      INSERT INTO unit_text(unit_text, rowid, serial, mac, model, hub)
        VALUES('delete', OLD.rowid, OLD.serial, OLD.mac, OLD.model, OLD.hub);
      INSERT INTO unit_text(rowid, serial, mac, model, hub)
        VALUES(NEW.rowid, NEW.serial, NEW.mac, NEW.model, NEW.hub);
    END;
    CREATE TRIGGER unit_text_shrinks AFTER DELETE ON unit BEGIN
      INSERT INTO unit_text(unit_text, rowid, serial, mac, model, hub)
        VALUES('delete', OLD.rowid, OLD.serial, OLD.mac, OLD.model, OLD.hub);
    END;
    CREATE TABLE attempt(
      attempt TEXT PRIMARY KEY,
      hub TEXT,
      slot TEXT,
      actor TEXT NOT NULL,
      opened_seq INTEGER NOT NULL,
      opened_time TEXT NOT NULL,
      closed_seq INTEGER,
      closed_time TEXT,
      step TEXT,
      outcome TEXT,
      fault_code TEXT,
      steps INTEGER NOT NULL DEFAULT 0,
      readings TEXT
    ) STRICT;
    CREATE INDEX attempt_by_hub ON attempt(hub, opened_seq);
    CREATE INDEX attempt_by_time ON attempt(opened_time);
    CREATE INDEX attempt_by_slot ON attempt(slot, opened_seq);
    CREATE INDEX attempt_open ON attempt(opened_seq) WHERE closed_seq IS NULL;
    CREATE INDEX attempt_by_end ON attempt(closed_seq) WHERE closed_seq IS NOT NULL;
    CREATE TABLE outbox(
      entry TEXT PRIMARY KEY,
      subject TEXT NOT NULL,
      hub TEXT,
      certificate TEXT,
      kind TEXT NOT NULL,
      state TEXT NOT NULL,
      begun INTEGER NOT NULL DEFAULT 0,
      fault_code TEXT,
      fault TEXT,
      seq INTEGER NOT NULL,
      since TEXT NOT NULL,
      due_by TEXT,
      evidence TEXT
    ) STRICT;
    CREATE INDEX outbox_by_hub ON outbox(hub, state);
    CREATE INDEX outbox_by_subject ON outbox(subject, seq) WHERE state IN ('owed', 'sending', 'parked');
    CREATE INDEX outbox_by_state ON outbox(state, seq);
    CREATE INDEX outbox_timed ON outbox(due_by) WHERE due_by IS NOT NULL;
    CREATE INDEX outbox_unsent ON outbox(seq) WHERE state IN ('owed', 'sending');
    CREATE TABLE lock(
      lock TEXT PRIMARY KEY,
      number INTEGER NOT NULL,
      uuid TEXT NOT NULL UNIQUE,
      serial TEXT,
      vendor_name TEXT,
      owner TEXT,
      entry TEXT NOT NULL,
      seq INTEGER NOT NULL,
      time TEXT NOT NULL,
      hub TEXT,
      packed_seq INTEGER,
      packed_time TEXT
    ) STRICT;
    CREATE INDEX lock_by_hub ON lock(hub) WHERE hub IS NOT NULL;
    CREATE INDEX lock_by_entry ON lock(entry);
    CREATE TABLE batch(
      batch TEXT PRIMARY KEY,
      model TEXT NOT NULL,
      definition TEXT NOT NULL,
      state TEXT NOT NULL,
      opened_seq INTEGER NOT NULL,
      opened_time TEXT NOT NULL,
      opened_by TEXT NOT NULL,
      opened_reason TEXT,
      closed_seq INTEGER,
      closed_time TEXT,
      closed_by TEXT,
      closed_reason TEXT
    ) STRICT;
    CREATE INDEX batch_open ON batch(batch) WHERE state = 'open';
    CREATE TABLE export(
      id TEXT PRIMARY KEY,
      batch TEXT NOT NULL,
      revision INTEGER NOT NULL,
      profile TEXT NOT NULL,
      position INTEGER NOT NULL,
      seq INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX export_by_batch ON export(batch, revision);
    CREATE TABLE batch_serial(
      model TEXT NOT NULL,
      serial TEXT NOT NULL,
      batch TEXT NOT NULL,
      PRIMARY KEY(model, serial)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE campaign(
      campaign TEXT PRIMARY KEY,
      act TEXT NOT NULL,
      reason TEXT NOT NULL,
      question TEXT NOT NULL,
      units INTEGER NOT NULL,
      opened_seq INTEGER NOT NULL,
      opened_time TEXT NOT NULL,
      opened_by TEXT NOT NULL,
      ended_time TEXT
    ) STRICT;
    CREATE TABLE campaign_unit(
      campaign TEXT NOT NULL,
      hub TEXT NOT NULL,
      state TEXT NOT NULL,
      act TEXT,
      fault TEXT,
      PRIMARY KEY(campaign, hub)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX campaign_unit_by_state ON campaign_unit(campaign, state, hub);

    """

  /// What the station remembers beside the record: caches and positions that may be lost.
  private static let stationState = """
    CREATE TABLE station_state(
      key TEXT PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT;

    """
}
