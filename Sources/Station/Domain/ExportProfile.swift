/// What an export looks like, as data: goes into the record with every export, so that a revision can be made again after
/// the settings have changed.
struct ExportProfile: Hashable, Sendable, Codable {
  enum Form: String, Hashable, Sendable, Codable, CaseIterable {
    /// Rows and cells.
    case table
    /// One JSON object a line.
    case lines
    /// The certificate of each unit as a PEM file of its own.
    case certificates
    /// One WATS report (WSJF) for each attempt, in a file of its own.
    case wats
    /// IPC-CFX messages, one JSON envelope a line.
    case cfx

    /// Whether the units go into one file, or into parts of it; else each has its own.
    var isOneFile: Bool { self != .certificates && self != .wats }
  }

  struct Column: Hashable, Sendable, Codable {
    var column: ExportColumn
    /// The header's word, and the key in JSON.
    var title: String
  }

  enum Newline: String, Hashable, Sendable, Codable, CaseIterable {
    case crlf, lf
  }

  enum Quoting: String, Hashable, Sendable, Codable, CaseIterable {
    /// Cells that need it (RFC 4180).
    case minimal
    case all
  }

  /// What becomes of a cell that a spreadsheet would take for a formula.
  enum Formula: String, Hashable, Sendable, Codable, CaseIterable {
    case raw
    /// An apostrophe before it.
    case prefix
    /// The export is refused.
    case refuse
  }

  /// By the look of two octets.
  enum MACForm: String, Hashable, Sendable, Codable, CaseIterable {
    case colonLower = "aa:bb"
    case colonUpper = "AA:BB"
    case hyphenLower = "aa-bb"
    case hyphenUpper = "AA-BB"
    case bareLower = "aabb"
    case bareUpper = "AABB"
  }

  var name: String
  var form = Form.table
  var columns: [Column] = []
  var header = true
  /// One byte.
  var delimiter = ","
  var newline = Newline.lf
  var quoting = Quoting.minimal
  var formula = Formula.raw
  var byteOrderMark = false
  var mac = MACForm.colonLower
  /// nil: one file.
  var rowsPerFile: Int?
  /// `{batch}`, `{revision}`, `{profile}` and `{part}` are filled in; `{serial}` and `{attempt}` where they have a file.
  var fileName: String
  /// Of the form `wats`.
  var wats: WATSHeader?

  static func shipped(_ name: String) -> ExportProfile? { shipped.first { $0.name == name } }

  static let shipped: [ExportProfile] = [
    ExportProfile(
      name: "csv", columns: everything + kit, newline: .crlf, fileName: "{batch}-r{revision}.csv"),
    ExportProfile(
      name: "excel", columns: everything + kit, newline: .crlf, quoting: .all, formula: .prefix,
      byteOrderMark: true, mac: .colonUpper, fileName: "{batch}-r{revision}-excel.csv"),
    ExportProfile(
      name: "jsonl", form: .lines, columns: titled(.schema) + everything + titled(.locks),
      fileName: "{batch}-r{revision}.jsonl"),
    // The parameters of a provisioning template, one device a line: StartThingRegistrationTask.
    ExportProfile(
      name: "aws-bulk", form: .lines,
      columns: [
        Column(column: .thing, title: "ThingName"), Column(column: .serial, title: "SerialNumber"),
        Column(column: .model, title: "Model"), Column(column: .hubId, title: "HubId"),
        Column(column: .certificateId, title: "CertificateId"),
        Column(column: .certificatePEM, title: "CertificatePem"),
      ], fileName: "{batch}-r{revision}-aws.jsonl"),
    ExportProfile(
      name: "mac-list", columns: titled(.serial, .mac), mac: .colonUpper,
      fileName: "{batch}-r{revision}-mac.csv"),
    ExportProfile(
      name: "certificates", form: .certificates, columns: titled(.serial, .certificatePEM),
      fileName: "certificates/{serial}.pem"),
    ExportProfile(
      name: "wats", form: .wats, columns: personal, fileName: "wats/{serial}-{attempt}.json",
      wats: WATSHeader()),
    ExportProfile(name: "cfx", form: .cfx, columns: personal, fileName: "{batch}-r{revision}-cfx.jsonl"),
  ]

  /// What the standards for test results have no field of their own for.
  private static let personal = titled(
    .hubId, .mac, .thing, .certificateId, .firmware, .registration, .disposition)

  private static let everything = titled(
    .serial, .model, .hubId, .mac, .thing, .certificateId, .firmware, .batch, .vendor, .registration,
    .disposition, .passedAt, .attempts, .slot, .operator)

  private static let kit = titled(.lockCount, .lockIds, .lockSerials)

  private static func titled(_ columns: ExportColumn...) -> [Column] {
    columns.map { Column(column: $0, title: $0.rawValue) }
  }
}
