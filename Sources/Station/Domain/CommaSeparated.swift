/// Reads comma-separated text by RFC 4180: quoted fields, doubled quotes, CRLF or LF. A byte order mark and empty lines are
/// passed over.
enum CommaSeparated {
  struct Record: Hashable, Sendable {
    /// The line in which it begins, from 1.
    var line: Int
    var fields: [String]
  }

  /// - Throws: `value-invalid` with the line of a quote that is nowhere closed, or that stands within a field.
  static func records(_ text: String) throws(Fault) -> [Record] {
    var records: [Record] = []
    var fields: [String] = []
    var field = String.UnicodeScalarView()
    var (line, start) = (1, 1)
    var (isQuoted, wasQuoted) = (false, false)
    var scalars = text.unicodeScalars.makeIterator()
    var next = scalars.next()
    if next == "\u{FEFF}" { next = scalars.next() }

    func endField() {
      fields.append(String(field))
      field.removeAll()
      wasQuoted = false
    }
    func endRecord() {
      let isEmpty = fields.isEmpty && field.isEmpty && !wasQuoted
      endField()
      if !isEmpty { records.append(Record(line: start, fields: fields)) }
      fields = []
    }
    while let scalar = next {
      next = scalars.next()
      switch scalar {
      case "\"" where isQuoted:
        if next == "\"" {
          field.append(scalar)
          next = scalars.next()
        } else {
          isQuoted = false
        }
      case "\"":
        guard field.isEmpty, !wasQuoted else {
          throw VendorRules.invalid("line \(line)", "\"", "quoted as a whole field, or without quotes")
        }
        (isQuoted, wasQuoted) = (true, true)
      case "," where !isQuoted: endField()
      case "\r" where !isQuoted && next == "\n": break
      case "\n" where !isQuoted:
        endRecord()
        line += 1
        start = line
      default:
        if scalar == "\n" { line += 1 }
        field.append(scalar)
      }
    }
    guard !isQuoted else {
      throw VendorRules.invalid("line \(start)", "", "closed by a quote that is nowhere there")
    }
    endRecord()
    return records
  }
}
