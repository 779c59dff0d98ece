/// The vendor's list of UUIDs, one for each serial: lines of `serial,hubId`.
///
/// Empty lines, lines that begin with `#`, a header line `serial,hubId`, a byte order mark and CRLF are allowed.
struct HubIDList: Hashable, Sendable {
  private(set) var hubs: [SerialNumber: HubID] = [:]

  /// - Throws: `hub-id-list-invalid` with the first wrong lines, each with its number, and how many there are in all;
  ///   one wrong line makes the whole list unusable.
  init(_ text: String, file: String, rule: SerialRule) throws(Fault) {
    var problems: [String] = []
    var owners: [HubID: Int] = [:]
    var isFirst = true
    let expression = try rule.expression()
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated()
    {
      let line = String(line).filter { $0 != "\u{FEFF}" && !$0.isWhitespace && $0 != "\"" }
      guard !line.isEmpty, !line.hasPrefix("#") else { continue }
      defer { isFirst = false }
      if isFirst, line.lowercased() == "serial,hubid" { continue }
      do throws(Problem) {
        try take(line, index + 1, { (raw) throws(Fault) in try rule.normalise(raw, expression) }, &owners)
      } catch {
        problems.append("line \(index + 1) \(error.text)")
      }
    }
    guard problems.isEmpty else {
      throw Fault(
        .hubIDListInvalid,
        [
          "file": file, "problems": problems.prefix(Self.shown).joined(separator: "; "),
          "count": String(problems.count),
        ])
    }
    guard !hubs.isEmpty else {
      throw Fault(.hubIDListInvalid, ["file": file, "problems": "it lists no hub", "count": "1"])
    }
  }

  private static let shown = 5

  private struct Problem: Error {
    var text: String
  }

  private mutating func take(
    _ line: String, _ number: Int, _ normalise: (String) throws(Fault) -> SerialNumber,
    _ owners: inout [HubID: Int]
  ) throws(Problem) {
    let cells = line.split(separator: ",", omittingEmptySubsequences: false)
    guard cells.count == 2 else { throw Problem(text: "is not `serial,hubId`") }
    let serial: SerialNumber
    do throws(Fault) { serial = try normalise(String(cells[0])) } catch {
      throw Problem(
        text: "has the serial \(Printable.text(String(cells[0].prefix(64)))), against the model's rule")
    }
    guard let hub = HubID(cells[1]) else {
      throw Problem(text: "has no UUID: \(Printable.text(String(cells[1].prefix(64))))")
    }
    guard hubs.updateValue(hub, forKey: serial) == nil else {
      throw Problem(text: "repeats the serial \(serial)")
    }
    if let other = owners.updateValue(number, forKey: hub) {
      throw Problem(text: "repeats the UUID of line \(other)")
    }
  }
}
