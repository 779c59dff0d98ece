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
    if let sentence = report.ledgerSentence {
      lines.append("         \(PrintableText.of(sentence, limit: 400))")
    }
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
    if let perSecond = report.perSecond, perSecond > 0 { outbox += ", \(perSecond) a second" }
    if let left = report.secondsLeft { outbox += ", about \(time(left)) left" }
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
    if let backup = report.backup { lines += self.backup(backup) }
    return lines
  }

  private static func backup(_ backup: StationReport.Backup) -> [String] {
    let newest = backup.time.map { "the newest from \($0.description.prefix(19)), \(backup.rows ?? 0) rows" }
    let due = backup.fault == nil ? backup.due.map { ", the next due \($0.description.prefix(19))" } : nil
    return [
      "backup   \(PrintableText.of(backup.folder, limit: 200)): \(newest ?? "none yet")"
        + (due ?? "") + (backup.sentence.map { ": \($0)" } ?? "")
    ] + backup.warnings.map { "         \($0)" }
  }

  /// `45 s`, `12 min`, `3 h 20 min`: as good as the guess is.
  static func time(_ seconds: Int64) -> String {
    switch seconds {
    case ..<90: "\(seconds) s"
    case ..<5400: "\((seconds + 30) / 60) min"
    default: "\(seconds / 3600) h \(seconds % 3600 / 60) min"
    }
  }
}
