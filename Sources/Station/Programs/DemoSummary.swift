import Foundation

/// What a demo came to, and where its ledger is.
struct DemoSummary: Hashable, Sendable, Codable {
  var units: Int
  var passed: Int
  var failed: Int
  var errored: Int
  var aborted: Int
  var registered: Int
  var outbox: Int
  var seconds: Double
  var ledger: String

  init(_ summary: LedgerSummary, seconds: Duration, ledger: String) {
    units = summary.units
    passed = summary.passed
    failed = summary.failed
    errored = summary.errored
    aborted = summary.aborted
    registered = summary.registered
    outbox = summary.outbox
    self.seconds = (seconds / .seconds(1) * 10).rounded() / 10
    self.ledger = ledger
  }

  /// One line: `{"summary":{…}}`.
  var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // A value of plain fields always encodes.
    guard let data = try? encoder.encode(["summary": self]) else { return "{}\n" }
    return String(decoding: data, as: UTF8.self) + "\n"
  }

  func text(_ plan: DemoPlan) -> String {
    // As it was called, so that the next line can be copied.
    let program = CommandLine.arguments.first ?? "station"
    let waiting = outbox == 0 ? "the outbox is empty" : "\(outbox) entries wait in the outbox"
    return """

      \(passed) of \(plan.units) units passed on \(plan.hubs) slots in \(seconds) s; \(registered) registered, \(waiting).
      failed \(failed), station faults \(errored), unplugged \(aborted)
      Ledger: \(ledger)
      Next: \(program) units --ledger \(ledger)
            \(program) unit SPK00000001 --ledger \(ledger)
            \(program) ledger verify --ledger \(ledger)

      """
  }

  func status(_ plan: DemoPlan) -> ExitStatus {
    let ended = ExitStatus(outcomes: [.failed: failed, .errored: errored, .aborted: aborted])
    guard ended == .done else { return ended }
    if passed < plan.units { return .stationFailed }
    return outbox == 0 ? .done : .entriesLeft
  }
}
