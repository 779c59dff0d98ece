/// What `station status` says. The keys are stable; what is not known is absent.
struct StationReport: Hashable, Sendable, Codable {
  struct Lane: Hashable, Sendable, Codable {
    /// `open`, `stopped` or `offline`.
    var word: String
    var fault: FaultCode?
    var sentence: String?
    var hint: String?
    /// What the sentence may have no room for.
    var cause: String?
    var since: Timestamp?
  }

  struct Record: Hashable, Sendable, Codable {
    var place: String
    var shipped: Int64?
    var behind: Int64
    var oldest: Timestamp?
    var fault: FaultCode?
    var sentence: String?
    var warnings: [String]
  }

  struct Backup: Hashable, Sendable, Codable {
    var folder: String
    /// The newest automatic one: its file, its time, and its newest row.
    var newest: String?
    var time: Timestamp?
    var rows: Int64?
    var due: Timestamp?
    var fault: FaultCode?
    var sentence: String?
    var warnings: [String]
  }

  var ledger: String
  /// Whether a station answered; without one this is what the ledger alone says.
  var live = false
  var station: String?
  var version: String?
  var process: Int32?
  var rows: Int64 = 0
  var lastTime: Timestamp?
  /// Attempts that no row has closed.
  var openAttempts = 0
  var outbox: [String: Int] = [:]
  /// Of the unsettled ones, those that wait for their hub.
  var waitingForHub: Int?
  var oldestEntry: Timestamp?
  /// Fault code -> entries that wait or are parked for it.
  var reasons: [String: Int] = [:]
  var lanes: [String: Lane] = [:]
  /// Entries settled per second over the last minute, and how long the backlog takes at that rate.
  var perSecond: Double?
  var secondsLeft: Int64?
  var record: Record?
  var backup: Backup?
  var tiles: [WallEvent] = []
  /// What keeps the ledger's log from being cut; rows are safe all the same.
  var ledgerFault: FaultCode?
  var ledgerSentence: String?
  /// Why no hub can be made just now.
  var lineStopped: FaultCode?

  init(ledger: String) { self.ledger = ledger }

  /// What the ledger alone says.
  init(reading reader: some LedgerReading) async throws(Fault) {
    self.init(ledger: reader.reader.path)
    let last = try await reader.lastRow()
    rows = last?.sequence ?? 0
    lastTime = last?.time
    station = last?.station
    openAttempts = try await reader.openAttempts().count
    for (state, count) in try await reader.outboxCounts() { outbox[state.rawValue] = count }
    for (code, count) in try await reader.outboxReasons() { reasons[code.rawValue] = count }
    oldestEntry = try await reader.dueEntries(after: 0, limit: 1).first?.since
  }

  /// Adds what only the running courier knows.
  mutating func add(_ status: CourierStatus) {
    waitingForHub = status.waitingForHub
    oldestEntry = status.oldest
    perSecond = (status.perSecond * 10).rounded() / 10
    secondsLeft = status.timeLeft?.components.seconds
    for (lane, state) in status.lanes {
      let wording = state.fault.map { Wording($0) }
      lanes[lane.rawValue] = Lane(
        word: state.word.rawValue, fault: state.fault?.code, sentence: wording?.sentence, hint: wording?.hint,
        cause: state.fault?.values["cause"].map { PrintableText.of($0) }, since: state.since)
    }
  }

  mutating func add(ledgerFault fault: Fault?) {
    ledgerFault = fault?.code
    ledgerSentence = fault.map { Wording($0).line }
  }

  mutating func add(_ status: RecordStatus) {
    record = Record(
      place: status.place, shipped: status.shipped, behind: status.behind, oldest: status.oldest,
      fault: status.fault?.code, sentence: status.fault.map { Wording($0).sentence },
      warnings: status.warnings.map { PrintableText.of($0, limit: 200) })
  }

  mutating func add(_ status: BackupStatus) {
    backup = Backup(
      folder: status.folder, newest: status.newest?.description, time: status.newest?.time,
      rows: status.newest?.row, due: status.due, fault: status.fault?.code,
      sentence: status.fault.map { Wording($0).sentence },
      warnings: status.warnings.map { PrintableText.of($0, limit: 200) })
  }

  var unsettled: Int { ["owed", "sending", "parked"].reduce(0) { $0 + (outbox[$1] ?? 0) } }
}
