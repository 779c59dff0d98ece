/// The status as text.
enum StationReportText {
  static func lines(_ report: StationReport) -> [String] {
    let name = PrintableText.of(report.station ?? "station", limit: 32)
    var lines = [
      report.live
        ? "\(name) is running" + (report.process.map { ", process \($0)" } ?? "")
          + (report.version.map { ", version \(PrintableText.of($0, limit: 32))" } ?? "")
        : "\(name) is not running",
      "ledger   \(report.ledger): \(report.rows) rows"
        + (report.lastTime.map { ", the last at \($0.description.prefix(19))" } ?? ""),
    ]
    if let stopped = report.lineStopped { lines.append("LINE STOPPED  \(Wording(Fault(stopped)).line)") }
    if report.openAttempts > 0 {
      lines.append(
        "bench    \(report.openAttempts) \(report.openAttempts == 1 ? "attempt" : "attempts") open")
    }
    lines += report.tiles.map { "         " + $0.text }
    let count = { (state: OutboxEntry.State) in report.outbox[state.rawValue] ?? 0 }
    var outbox =
      "outbox   \(count(.owed) + count(.sending)) to send, \(count(.parked)) parked, \(count(.settled)) settled"
    if let waiting = report.waitingForHub, waiting > 0 { outbox += ", \(waiting) wait for their hub" }
    if let oldest = report.oldestEntry { outbox += ", the oldest from \(oldest.description.prefix(19))" }
    lines.append(outbox)
    for (code, count) in report.reasons.sorted(by: { $0.key < $1.key }) {
      let sentence = FaultCode(rawValue: code).map { Wording(Fault($0)).sentence } ?? ""
      lines.append("         \(count) x \(code): \(sentence)")
    }
    for (lane, state) in report.lanes.sorted(by: { $0.key < $1.key }) {
      let why = [state.sentence, state.hint].compactMap { $0 }.joined(separator: " ")
      lines.append("lane     \(lane) \(state.word)" + (why.isEmpty ? "" : ": \(why)"))
    }
    if let record = report.record {
      lines.append(
        "record   \(PrintableText.of(record.place, limit: 200)): "
          + (record.behind == 0 ? "complete" : "\(record.behind) rows behind")
          + (record.oldest.map { ", the oldest from \($0.description.prefix(19))" } ?? "")
          + (record.sentence.map { ": \($0)" } ?? ""))
      lines += record.warnings.map { "         \($0)" }
    }
    return lines
  }
}
