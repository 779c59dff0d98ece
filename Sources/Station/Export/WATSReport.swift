/// One attempt as a test report of the WATS Standard JSON Format, which a WATS server takes by POST /api/report/wsjf and a
/// WATS client from its drop folder (https://support.virinco.com/hc/en-us/articles/360015705199).
///
/// Its id is that of the attempt, so that a report that is handed in twice counts once. Times are UTC.
struct WATSReport: Hashable, Sendable, Encodable {
  struct Tester: Hashable, Sendable, Encodable {
    var user: String
    /// The slot.
    var fixtureId: String?
    var batchSN: String
    /// Seconds.
    var execTime: Double
    var errorMessage: String?
  }

  struct Note: Hashable, Sendable, Encodable {
    var description: String
    var text: String
  }

  /// Longest text of most fields.
  static let longest = 100

  var id: String
  var type = "T"
  var pn: String
  var sn: String
  var rev: String
  var processCode: Int
  var result: String
  var machineName: String
  var location: String
  var purpose: String
  var start: String
  var startUTC: String
  var root: WATSStep
  var uut: Tester
  var miscInfos: [Note]

  /// - Parameter notes: title and value of each column that the profile wants beside.
  /// - Throws: `export-failed` for a text that is longer than WATS takes.
  init(
    _ attempt: FinishedAttempt, serial: String, model: String, batch: String, vendor: String,
    header: WATSHeader,
    notes: [(title: String, value: String)]
  ) throws(Fault) {
    id = attempt.attempt.uuid
    (pn, sn) = (model, serial)
    rev = header.revision ?? attempt.firmware ?? "unknown"
    (processCode, purpose) = (header.processCode, header.purpose)
    (result, machineName) = (WATSStep.status(attempt.outcome), attempt.station)
    location = header.location ?? vendor
    // Its offset must be written, and the record does not know the factory's zone.
    start = attempt.opened.description.dropLast() + "+00:00"
    startUTC = attempt.opened.description
    root = WATSStep(attempt, model: model)
    uut = Tester(
      user: attempt.actor, fixtureId: attempt.slot?.text, batchSN: batch, execTime: attempt.seconds,
      errorMessage: attempt.fault?.plainText)
    miscInfos = notes.filter { !$0.value.isEmpty }.map { Note(description: $0.title, text: $0.value) }
    let texts = [("rev", rev), ("location", location), ("machineName", machineName), ("user", uut.user)]
    for (name, text) in texts + miscInfos.map({ ($0.description, $0.text) }) where text.count > Self.longest {
      throw Fault(
        .exportFailed,
        ["serial": serial, "column": name, "cause": "WATS takes \(Self.longest) characters at most"])
    }
  }
}
