import GRDB

/// Everything that can be asked of a ledger, live or opened for reading only.
protocol LedgerReading: OutboxReading {
  var reader: LedgerReader { get }
}

extension LedgerReading {
  // MARK: Rows

  /// Oldest first.
  func rows(of hub: HubID) async throws(Fault) -> [JournalRow] {
    try await reader.read { try JournalQueries.rows($0, of: hub) }
  }

  func rows(after sequence: Int64, limit: Int) async throws(Fault) -> [JournalRow] {
    try await reader.read { try JournalQueries.rows($0, after: sequence, limit: limit) }
  }

  func rows(ofAttempt attempt: AttemptID) async throws(Fault) -> [JournalRow] {
    try await reader.read { try JournalQueries.rows($0, of: attempt) }
  }

  func lastRow() async throws(Fault) -> JournalRow? {
    try await reader.read { try JournalQueries.last($0) }
  }

  /// The number of the newest row, without reading it.
  func lastSequence() async throws(Fault) -> Int64 {
    try await reader.read { try Int64.fetchOne($0, sql: "SELECT max(seq) FROM journal") ?? 0 }
  }

  /// Whether it was made of several stations' records.
  func isMerged() async throws(Fault) -> Bool {
    try await reader.read { try MergedLedger.isMerged($0) }
  }

  // MARK: Units and attempts

  func units(_ filter: UnitFilter = UnitFilter()) async throws(Fault) -> [UnitRecord] {
    try await reader.read { try UnitQueries.units($0, filter) }
  }

  /// - Parameter text: a serial number or a hub's UUID, whatever its case.
  func units(matching text: String) async throws(Fault) -> [UnitRecord] {
    try await reader.read { try UnitQueries.units($0, matching: text) }
  }

  func unit(_ hub: HubID) async throws(Fault) -> UnitRecord? {
    try await reader.read { try UnitQueries.unit($0, hub) }
  }

  /// How many units a filter means, its page and limit aside.
  func unitCount(_ filter: UnitFilter) async throws(Fault) -> Int {
    var all = filter
    all.after = nil
    let wanted = all
    return try await reader.read { try UnitQueries.count($0, wanted) }
  }

  /// Oldest first.
  func attempts(of hub: HubID) async throws(Fault) -> [AttemptRecord] {
    try await reader.read { try AttemptQueries.attempts($0, of: hub) }
  }

  /// Attempts that no row has closed: after a crash, what the station died in.
  func openAttempts() async throws(Fault) -> [AttemptRecord] {
    try await reader.read { try AttemptQueries.open($0) }
  }

  /// Those of them whose units are in the batch.
  func openAttempts(in batch: BatchID) async throws(Fault) -> [AttemptRecord] {
    try await reader.read { try AttemptQueries.open($0, in: batch) }
  }

  /// The newest attempt of every slot.
  func newestAttemptsOfSlots() async throws(Fault) -> [AttemptRecord] {
    try await reader.read { try AttemptQueries.newestOfSlots($0) }
  }

  /// What came of the units whose attempts ended after row `sequence`.
  func summary(since sequence: Int64) async throws(Fault) -> LedgerSummary {
    try await reader.read { try LedgerSummary($0, since: sequence) }
  }

  // MARK: Outbox

  func dueEntries(after sequence: Int64, limit: Int, now: Timestamp) async throws(Fault) -> [OutboxEntry] {
    try await reader.read { try OutboxQueries.due($0, after: sequence, limit: limit, now: now) }
  }

  func overdueEntries(limit: Int, now: Timestamp) async throws(Fault) -> [OutboxEntry] {
    try await reader.read { try OutboxQueries.overdue($0, limit: limit, now: now) }
  }

  func dueEntries(ofSubjectOf entry: String, limit: Int, now: Timestamp) async throws(Fault)
    -> [OutboxEntry]
  {
    try await reader.read { try OutboxQueries.due($0, ofSubjectOf: entry, limit: limit, now: now) }
  }

  func outboxCounts() async throws(Fault) -> [OutboxEntry.State: Int] {
    try await reader.read { try OutboxQueries.counts($0) }
  }

  func outboxEntries(_ filter: OutboxFilter = OutboxFilter()) async throws(Fault) -> [OutboxEntry] {
    try await reader.read { try OutboxQueries.entries($0, filter) }
  }

  /// Fault code -> unsettled entries that wait or are parked for it.
  func outboxReasons() async throws(Fault) -> [FaultCode: Int] {
    try await reader.read { try OutboxQueries.reasons($0) }
  }

  // MARK: Locks and kits

  func locks() async throws(Fault) -> [LockRecord] {
    try await reader.read { try LockQueries.locks($0) }
  }

  /// The locks that are in the box with this hub.
  func kit(of hub: HubID) async throws(Fault) -> [LockRecord] {
    try await reader.read { try LockQueries.kit($0, of: hub) }
  }

  // MARK: Batches

  /// Newest first.
  func batches(open: Bool? = nil) async throws(Fault) -> [BatchRecord] {
    try await reader.read { try BatchQueries.batches($0, open: open) }
  }

  /// - Throws: `batch-unknown`.
  func batch(_ id: BatchID) async throws(Fault) -> BatchRecord {
    try await reader.read { try BatchQueries.batch($0, id) }
  }

  func batchCounts(_ id: BatchID) async throws(Fault) -> BatchCounts {
    try await reader.read { try BatchCounts($0, id) }
  }

  /// What the work orders say of a hub on a slot.
  func batchStanding(of hub: Identification, as id: HubID, on slot: SlotName) async throws(Fault)
    -> BatchStanding
  {
    try await reader.read { try BatchQueries.standing($0, of: hub, as: id, on: slot) }
  }

  // MARK: Campaigns

  /// Newest first.
  func campaigns() async throws(Fault) -> [CampaignRecord] {
    try await reader.read { try CampaignQueries.campaigns($0) }
  }

  /// - Throws: `campaign-unknown`.
  func campaign(_ id: CampaignID) async throws(Fault) -> CampaignRecord {
    try await reader.read { try CampaignQueries.campaign($0, id) }
  }

  func campaignUnits(_ id: CampaignID, state: CampaignRecord.UnitState?, limit: Int) async throws(Fault)
    -> [HubID]
  {
    try await reader.read { try CampaignQueries.units($0, id, state, limit: limit) }
  }

  /// For whom hubs of the campaign were claimed last, or are being claimed or moved; a hub that was not is missing.
  func campaignCustomers(_ id: CampaignID) async throws(Fault) -> [HubID: Customer] {
    try await reader.read { try CampaignQueries.customers($0, id) }
  }

  func campaignRefusals(_ id: CampaignID, limit: Int) async throws(Fault) -> [Fault] {
    try await reader.read { try CampaignQueries.refusals($0, id, limit: limit) }
  }

  // MARK: Reports

  func reportMaterial(_ scope: ReportScope) async throws(Fault) -> ReportMaterial {
    try await reader.read { try ReportQueries.material($0, scope) }
  }

  // MARK: What the station remembers

  func value(for key: String) async throws(Fault) -> String? {
    try await reader.read {
      try String.fetchOne($0, sql: "SELECT value FROM station_state WHERE key = ?", arguments: [key])
    }
  }

  // MARK: Proof

  /// Walks the chain from row 1, in one snapshot.
  ///
  /// - Parameter seals: which keys are trusted, and which checkpoints the rows are held against.
  func verifyChain(seals: SealVerification = SealVerification()) async throws(Fault) -> ChainVerification {
    try await reader.read { try ChainVerification($0, seals: seals) }
  }

  /// Every page, every index beside its table, and the schema.
  func verifyTables() async throws(Fault) -> TableVerification {
    let path = reader.path
    return try await reader.read { database in
      var tables = try TableVerification(database)
      if tables.isGood, let problem = try TextIndexVerification(path: path).problem { tables.add(problem) }
      return tables
    }
  }

  /// The newest seal, and its row; nil: there is none.
  func newestSeal() async throws(Fault) -> (row: JournalRow, seal: LedgerSeal)? {
    try await reader.read { database in
      let last = try SealedTree.lastSeal(database)
      guard let row = try JournalQueries.rows(database, where: "seq = ?", [last]).first,
        case .sealed(let seal) = try row.entry()
      else { return nil }
      return (row, seal)
    }
  }

  /// Proofs of rows of a unit; see `UnitProof`.
  func proof(of unit: UnitRecord) async throws(Fault) -> UnitProof {
    try await reader.read { try UnitProof($0, of: unit) }
  }

  /// Compares the live projections with ones made anew from the journal.
  func compareProjections() async throws(Fault) -> ProjectionComparison {
    try await reader.read { try ProjectionComparison($0) }
  }
}
