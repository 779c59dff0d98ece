/// A report for a terminal, with small bars.
enum ReportText {
  static func lines(_ report: ProductionReport) -> [String] {
    let yields = report.yields
    var lines = [
      "\(yields.started) units started, \(yields.passed) passed, \(yields.passedFirst) at the first attempt",
      "  first-pass yield          \(bar(yields.firstPassYield)) \(percent(yields.firstPassYield))",
      "  rolled throughput yield   \(bar(yields.rolledThroughputYield)) \(percent(yields.rolledThroughputYield))",
      "  final yield               \(bar(yields.finalYield)) \(percent(yields.finalYield))",
      "  retest rate               \(bar(yields.retestRate)) \(percent(yields.retestRate))",
      "  units per hour            \(number(yields.unitsPerHour, 1)), one every \(number(yields.taktSeconds, 1)) s",
    ]
    if report.unidentified > 0 {
      lines.append("  \(report.unidentified) attempts ended before it was known which hub it was")
    }
    lines += section(
      "First pass of each step",
      yields.steps.map { step in
        "\(pad(step.step.rawValue, 10))\(bar(step.firstPassYield)) \(percent(step.firstPassYield))  \(step.passedFirst) of \(step.entered)"
      })
    lines += section(
      "Parts",
      report.parts.map { part in
        "\(pad(part.name, 20))\(bar(part.yields.firstPassYield)) FPY \(percent(part.yields.firstPassYield)), final \(percent(part.yields.finalYield)), \(part.yields.started) started, \(number(part.yields.unitsPerHour, 1)) an hour"
      })
    lines += section(
      "Why attempts did not pass",
      report.pareto.prefix(15).map { line in
        let name = "\(line.step?.rawValue ?? "-") \(line.code?.rawValue ?? "-")"
        return
          "\(pad(name, 32))\(bar(line.share)) \(pad(String(line.count), 6))\(percent(line.cumulative)) so far"
      })
    let times = [report.cycleTime].compactMap { $0 } + report.cycleTimeBySlot + report.cycleTimeByOperator
    lines += section(
      "Cycle time of passed attempts",
      times.map { time in
        "\(pad(PrintableText.of(time.of, limit: 24), 26))p50 \(number(time.p50Seconds, 1)) s, p95 \(number(time.p95Seconds, 1)) s, n \(time.count)"
      })
    lines += section(
      "Named values",
      report.capabilities.map { value in
        let limits = "\(number(value.low, 3)) to \(number(value.high, 3)) \(value.measure)"
        let figure = value.cpk.map { "Cpk \(number($0, 2))" } ?? "no Cpk: \(value.refused ?? "")"
        return
          "\(pad(value.name, 20))\(figure), mean \(number(value.mean, 4)), n \(value.count), limits \(limits)"
      })
    lines += section(
      "Slots",
      report.slots.map { slot in
        "\(pad(slot.slot.text, 10))\(bar(slot.failureRate)) \(slot.failures) of \(slot.attempts) failed, \(slot.verdict.rawValue)"
          + (slot.adjustedProbability.map { " (p \(probability($0)))" } ?? "")
      })
    return lines
  }

  private static func section(_ title: String, _ lines: [String]) -> [String] {
    lines.isEmpty ? [] : ["", title] + lines.map { "  " + $0 }
  }

  private static func bar(_ share: Double?) -> String {
    let full = Int(((share ?? 0) * 20).rounded())
    return String(repeating: "█", count: full) + String(repeating: "░", count: max(0, 20 - full))
  }

  static func percent(_ share: Double?) -> String { share.map { number($0 * 100, 1) + " %" } ?? "-" }

  static func number(_ value: Double?, _ digits: Int) -> String {
    guard let value, value.isFinite else { return "-" }
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let rounded = (abs(value) * scale).rounded()
    guard rounded < 9e15 else { return String(value) }
    let whole = String(Int64(rounded))
    let padded = String(repeating: "0", count: max(0, digits + 1 - whole.count)) + whole
    let text = digits == 0 ? padded : "\(padded.dropLast(digits)).\(padded.suffix(digits))"
    return (value < 0 && rounded > 0 ? "-" : "") + text
  }

  static func probability(_ value: Double) -> String { value < 0.0001 ? "under 0.0001" : number(value, 4) }

  private static func pad(_ text: String, _ width: Int) -> String { TextColumns.fit(text, to: width) }
}
