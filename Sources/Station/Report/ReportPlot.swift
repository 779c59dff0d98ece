/// Plots as inline SVG, in colours that the colour-blind can tell apart (Okabe and Ito).
enum ReportPlot {
  private static let rowHeight = 24
  private static let nameWidth = 230
  private static let barWidth = 380
  private static let blue = "#0072b2"
  private static let orange = "#d55e00"

  /// One bar a line, from 0 to 1, with a word behind it.
  static func bars(_ values: [(name: String, share: Double, note: String)]) -> String {
    guard !values.isEmpty else { return "" }
    let rows = values.enumerated().map { index, value in
      bar(index, value.name, value.share, value.note, colour: blue)
    }
    return svg(rows: values.count, rows.joined(separator: "\n"))
  }

  /// Bars of shares, and the line of their sum.
  static func pareto(_ lines: [ParetoLine]) -> String {
    guard !lines.isEmpty else { return "" }
    let rows = lines.enumerated().map { index, line in
      bar(
        index, "\(line.step?.rawValue ?? "-") \(line.code?.rawValue ?? "-")", line.share,
        "\(line.count), \(ReportText.percent(line.cumulative)) so far", colour: orange)
    }
    let points = lines.enumerated().map { index, line in
      "\(nameWidth + Int(line.cumulative * Double(barWidth))),\(index * rowHeight + rowHeight / 2)"
    }
    let curve =
      "<polyline fill=\"none\" stroke=\"\(blue)\" stroke-width=\"2\" points=\"\(points.joined(separator: " "))\"/>"
    return svg(rows: lines.count, rows.joined(separator: "\n") + "\n" + curve)
  }

  private static func bar(_ index: Int, _ name: String, _ share: Double, _ note: String, colour: String)
    -> String
  {
    let (top, width) = (index * rowHeight, Int(min(1, max(0, share)) * Double(barWidth)))
    return """
      <text x="0" y="\(top + 16)">\(ReportPage.escape(name))</text>\
      <rect x="\(nameWidth)" y="\(top + 4)" width="\(barWidth)" height="16" fill="#eee"/>\
      <rect x="\(nameWidth)" y="\(top + 4)" width="\(width)" height="16" fill="\(colour)"/>\
      <text x="\(nameWidth + barWidth + 8)" y="\(top + 16)">\(ReportPage.escape(note))</text>
      """
  }

  private static func svg(rows: Int, _ body: String) -> String {
    let (width, height) = (nameWidth + barWidth + 330, rows * rowHeight + 4)
    return
      "<svg viewBox=\"0 0 \(width) \(height)\" width=\"\(width)\" height=\"\(height)\" role=\"img\">\n\(body)\n</svg>"
  }
}
