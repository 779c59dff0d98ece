/// Rows of text in columns, for people.
struct TextTable {
  var titles: [String]
  private var rows: [[String]] = []

  init(_ titles: String...) { self.titles = titles }

  /// Every cell is made printable; the last column may be as long as it likes.
  mutating func add(_ cells: String...) { rows.append(cells.map { PrintableText.of($0, limit: 200) }) }

  var isEmpty: Bool { rows.isEmpty }

  var lines: [String] {
    let all = [titles] + rows
    let widths = titles.indices.map { index in all.map { TextColumns.count($0[index]) }.max() ?? 0 }
    return all.map { row in
      row.indices.map { index in
        index == row.count - 1 ? row[index] : TextColumns.fit(row[index], to: widths[index])
      }.joined(separator: "  ")
    }
  }

  func print() { for line in lines { Swift.print(line) } }
}
