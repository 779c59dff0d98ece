import ArgumentParser

/// How a list is printed.
enum ListFormat: String, Hashable, Sendable, CaseIterable, ExpressibleByArgument {
  /// Columns for people.
  case table
  /// JSON Lines.
  case json
  /// RFC 4180, with a header and CRLF.
  case csv
}

/// Prints a list as it comes: only a table is kept until its end, for its widths.
struct ListWriter {
  private let format: ListFormat
  private let titles: [String]
  private var rows: [[String]] = []

  init(_ format: ListFormat, _ titles: [String]) {
    self.format = format
    self.titles = titles
    if format == .csv { write(titles) }
  }

  mutating func add(_ cells: [String?]) {
    switch format {
    case .table: rows.append(cells.map { PrintableText.of($0 ?? "", limit: 200) })
    case .csv: write(cells.map { $0 ?? "" })
    case .json:
      let pairs = zip(titles, cells).compactMap { title, cell in cell.map { (title, $0) } }
      print(JSONLine.text(Dictionary(uniqueKeysWithValues: pairs)))
    }
  }

  func end(empty: String) {
    guard format == .table else { return }
    guard !rows.isEmpty else { return print(empty) }
    let all = [titles.map { $0.uppercased() }] + rows
    let widths = titles.indices.map { index in all.map { TextColumns.count($0[index]) }.max() ?? 0 }
    for row in all {
      print(
        row.indices.map { $0 == row.count - 1 ? row[$0] : TextColumns.fit(row[$0], to: widths[$0]) }
          .joined(separator: "  "))
    }
  }

  private func write(_ cells: [String]) {
    print(cells.map(Self.quoted).joined(separator: ",") + "\r")
  }

  private static func quoted(_ cell: String) -> String {
    guard cell.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }) else {
      return cell
    }
    return "\"" + cell.replacing("\"", with: "\"\"") + "\""
  }
}
