/// A report as one HTML page that needs nothing else: no script, no font, no network. Plots are SVG.
enum ReportPage {
  static func html(_ report: ProductionReport, title: String) -> String {
    let yields = report.yields
    var parts = [
      head(title), "<h1>\(escape(title))</h1>", "<p>\(escape(scope(report.scope)))</p>",
      """
      <div class="figures">
      \(figure("First-pass yield", ReportText.percent(yields.firstPassYield), "\(yields.passedFirst) of \(yields.started)"))
      \(figure("Rolled throughput yield", ReportText.percent(yields.rolledThroughputYield), "product of the steps"))
      \(figure("Final yield", ReportText.percent(yields.finalYield), "\(yields.passed) of \(yields.started)"))
      \(figure("Retest rate", ReportText.percent(yields.retestRate), "\(yields.retested) units"))
      \(figure("Units per hour", ReportText.number(yields.unitsPerHour, 1), "one every \(ReportText.number(yields.taktSeconds, 1)) s"))
      </div>
      """,
    ]
    if report.unidentified > 0 {
      parts.append(
        "<p>\(report.unidentified) attempts ended before it was known which hub it was; they are no units.</p>"
      )
    }
    parts.append(
      section(
        "First pass of each step",
        ReportPlot.bars(
          yields.steps.map {
            ($0.step.rawValue, $0.firstPassYield, "\(ReportText.percent($0.firstPassYield)) of \($0.entered)")
          })))
    parts.append(
      section(
        "Parts",
        ReportPlot.bars(
          report.parts.map { part in
            (
              part.name, part.yields.firstPassYield ?? 0,
              "FPY \(ReportText.percent(part.yields.firstPassYield)), final \(ReportText.percent(part.yields.finalYield)), \(part.yields.started) started"
            )
          })))
    parts.append(section("Why attempts did not pass", ReportPlot.pareto(Array(report.pareto.prefix(20)))))
    parts.append(
      section(
        "Cycle time of passed attempts (seconds)",
        table(
          ["", "n", "p50", "p95"],
          ([report.cycleTime].compactMap { $0 } + report.cycleTimeBySlot + report.cycleTimeByOperator).map {
            [
              $0.of, String($0.count), ReportText.number($0.p50Seconds, 1),
              ReportText.number($0.p95Seconds, 1),
            ]
          })))
    parts.append(
      section(
        "Named values",
        table(
          ["value", "n", "mean", "standard deviation", "low", "high", "Cpk"],
          report.capabilities.map {
            [
              "\($0.name) \($0.measure)", String($0.count), ReportText.number($0.mean, 4),
              ReportText.number($0.standardDeviation, 4), ReportText.number($0.low, 3),
              ReportText.number($0.high, 3),
              $0.cpk.map { ReportText.number($0, 2) } ?? $0.refused ?? "-",
            ]
          })))
    parts.append(
      section(
        "Slots",
        table(
          ["slot", "attempts", "failures", "rate", "p (Fisher, Holm)", ""],
          report.slots.map {
            [
              $0.slot.text, String($0.attempts), String($0.failures), ReportText.percent($0.failureRate),
              $0.adjustedProbability.map(ReportText.probability) ?? "-", $0.verdict.rawValue,
            ]
          })))
    return parts.joined(separator: "\n") + "\n</main></body></html>\n"
  }

  private static func scope(_ scope: ReportScope) -> String {
    let words = [
      scope.batch.map { "batch \($0)" }, scope.model.map { "model \($0)" },
      scope.since.map { "first attempt from \($0)" }, scope.until.map { "before \($0)" },
    ].compactMap { $0 }
    return words.isEmpty ? "All units of this ledger." : words.joined(separator: ", ") + "."
  }

  private static func section(_ title: String, _ body: String) -> String {
    body.isEmpty ? "" : "<section><h2>\(escape(title))</h2>\n\(body)\n</section>"
  }

  private static func figure(_ name: String, _ value: String, _ note: String) -> String {
    "<div><b>\(escape(value))</b><span>\(escape(name))</span><small>\(escape(note))</small></div>"
  }

  private static func table(_ titles: [String], _ rows: [[String]]) -> String {
    guard !rows.isEmpty else { return "" }
    func line(_ cells: [String], _ tag: String) -> String {
      "<tr>" + cells.map { "<\(tag)>\(escape($0))</\(tag)>" }.joined() + "</tr>"
    }
    return "<table>" + line(titles, "th") + rows.map { line($0, "td") }.joined(separator: "\n") + "</table>"
  }

  /// Text for an element or an attribute; what is not printable becomes visible first.
  static func escape(_ text: String) -> String {
    PrintableText.of(text, limit: 400).replacing("&", with: "&amp;").replacing("<", with: "&lt;")
      .replacing(">", with: "&gt;").replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
  }

  private static func head(_ title: String) -> String {
    """
    <!DOCTYPE html>
    <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
    <title>\(escape(title))</title><style>
    body { font: 15px/1.4 sans-serif; color: #1a1a1a; background: #fff; margin: 0 }
    main { max-width: 60rem; margin: 0 auto; padding: 1rem }
    .figures { display: flex; flex-wrap: wrap; gap: 1rem }
    .figures div { border: 1px solid #bbb; padding: .6rem 1rem; min-width: 9rem }
    .figures b { display: block; font-size: 1.6rem } .figures span, .figures small { display: block }
    small { color: #555 } table { border-collapse: collapse }
    th, td { text-align: left; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid #ddd }
    svg { max-width: 100%; height: auto } text { font: 13px sans-serif; fill: #1a1a1a }
    </style></head><body><main>
    """
  }
}
