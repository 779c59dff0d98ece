/// Serial numbers from a file: one a line, or the column `serial` of a CSV; lines that begin with `#` are left out.
struct SerialList: Hashable, Sendable {
  private(set) var serials: [SerialNumber] = []

  static let most = 1_000_000
  private static let shown = 5
  private static let titles: Set<String> = ["serial", "serialnumber", "serial number", "serial_number", "sn"]

  /// - Parameter normalise: makes a serial number of a cell, as the model's rule says.
  /// - Throws: `serial-list-invalid` with the first bad lines, each with its number, and how many there are in all; one
  ///   bad line makes the whole list unusable.
  init(_ text: String, file: String, normalise: (String) throws(Fault) -> SerialNumber) throws(Fault) {
    var reader = DelimitedText(text)
    var problems: [String] = []
    var bad = 0
    func note(_ line: Int, _ text: String) {
      bad += 1
      if problems.count < Self.shown { problems.append("line \(line) \(text)") }
    }
    var column = 0
    var isFirst = true
    var lines: [SerialNumber: Int] = [:]
    do throws(DelimitedText.Problem) {
      while let record = try reader.next() {
        if record.cells[0].hasPrefix("#") { continue }
        if isFirst {
          isFirst = false
          if let title = record.cells.firstIndex(where: { Self.titles.contains($0.lowercased()) }) {
            column = title
            continue
          }
        }
        guard record.cells.indices.contains(column) else {
          note(record.line, "has no column \(column + 1)")
          continue
        }
        let cell = record.cells[column]
        do throws(Fault) {
          let serial = try normalise(cell)
          if let other = lines.updateValue(record.line, forKey: serial) {
            note(record.line, "repeats the serial \(serial) of line \(other)")
          } else {
            serials.append(serial)
          }
        } catch { note(record.line, "has no good serial: \"\(Printable.text(String(cell.prefix(64))))\"") }
        if serials.count > Self.most {
          note(record.line, "is one more than \(Self.most) serials")
          break
        }
      }
    } catch { note(error.line, error.text) }
    if bad == 0, serials.isEmpty { note(1, "and all others name no serial") }
    guard bad == 0 else {
      throw Fault(
        .serialListInvalid,
        ["file": file, "problems": problems.joined(separator: "; "), "count": String(bad)])
    }
  }
}
