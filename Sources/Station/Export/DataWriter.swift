import CertForge
import Foundation

/// Writes the units into the files that the profile wants.
final class DataWriter {
  /// What becomes of the bytes of a column.
  private enum Cell {
    case plain, number, array, mac, certificate

    init(_ column: ExportColumn) {
      self =
        switch column {
        case .certificatePEM: .certificate
        case .mac: .mac
        case _ where column.isNumber: .number
        case _ where column.isArray: .array
        default: .plain
        }
    }
  }

  private let profile: ExportProfile
  private let names: ExportNames
  /// nil: everything is made and thrown away.
  private let folder: String?
  private let rows: ExportRows
  private let order: ExportOrder
  private let encoder: JSONEncoder
  private let cells: [Cell]
  private let delimiter: UInt8
  private let newline: [UInt8]
  private var file: ExportFile?
  private var inFile = 0
  private var part = 0
  private(set) var finished: [ExportFile.Facts] = []

  init(_ order: ExportOrder, rows: ExportRows, folder: String?) {
    self.order = order
    profile = order.profile
    names = ExportNames(profile: order.profile, batch: order.batch, revision: order.revision)
    self.rows = rows
    self.folder = folder
    encoder = order.profile.form == .cfx ? CFXJSON.encoder() : Self.encoder()
    delimiter = profile.delimiter.utf8.first ?? UInt8(ascii: ",")
    newline = profile.newline == .crlf ? [0x0D, 0x0A] : [0x0A]
    cells = order.profile.columns.map { Cell($0.column) }
  }

  func add(_ unit: ExportRows.FinishedUnit) throws {
    switch profile.form {
    case .certificates:
      let file = try ExportFile(names.file(part: 1, serial: unit.serial), in: folder)
      try file.write(try pem(of: unit))
      file.rows = 1
      finished.append(try file.finish())
    case .table, .lines:
      let file = try current()
      try file.write { bytes in
        profile.form == .table ? try table(unit, &bytes) : try line(unit, &bytes)
        bytes.append(contentsOf: newline)
      }
      inFile += 1
    case .wats:
      for (place, attempt) in try rows.attempts(of: unit).enumerated() {
        let file = try ExportFile(names.file(part: 1, serial: unit.serial, attempt: place + 1), in: folder)
        try report(attempt, unit, to: file)
        file.rows = 1
        finished.append(try file.finish())
      }
    case .cfx:
      let file = try current()
      let characteristics = try notes(unit)
      for attempt in try rows.attempts(of: unit) {
        let messages = CFXMessages(attempt, serial: unit.serial, characteristics: characteristics)
        try file.write { bytes in try messages.write(with: encoder, to: &bytes) }
      }
      inFile += 1
    }
  }

  /// A batch without a unit still has its one file, with its header.
  func finish() throws {
    if profile.form.isOneFile, part == 0 { _ = try current() }
    try close()
  }

  /// The cells of a unit as the profile writes them, for the delta; of a certificate its fingerprint.
  func cells(_ unit: ExportRows.FinishedUnit) throws -> [String: String?] {
    var cells: [String: String?] = [:]
    for (index, column) in profile.columns.enumerated() {
      cells[column.title] = .some(
        column.column == .certificatePEM
          ? unit.certificate
          : try cell(unit, index) { bytes in bytes.map { String(decoding: $0, as: UTF8.self) } })
    }
    return cells
  }

  // MARK: Files

  private func current() throws -> ExportFile {
    if let file, profile.rowsPerFile.map({ inFile < $0 }) ?? true { return file }
    try close()
    part += 1
    inFile = 0
    let opened = try ExportFile(names.file(part: part, serial: nil), in: folder)
    file = opened
    try opened.write { bytes in
      if profile.byteOrderMark { bytes += [0xEF, 0xBB, 0xBF] }
      guard profile.form == .table, profile.header else { return }
      for (index, column) in profile.columns.enumerated() {
        if index > 0 { bytes.append(delimiter) }
        var title = column.title
        title.withUTF8 { title in
          CellText.table(
            UnsafeRawBufferPointer(title), delimiter: delimiter, quotesAll: profile.quoting == .all,
            prefixesFormulas: profile.formula == .prefix, to: &bytes)
        }
      }
      bytes += newline
    }
    return opened
  }

  private func close() throws {
    guard let file else { return }
    file.rows = inFile
    finished.append(try file.finish())
    self.file = nil
  }

  // MARK: Units

  private func table(_ unit: ExportRows.FinishedUnit, _ bytes: inout [UInt8]) throws {
    let (quotesAll, formula) = (profile.quoting == .all, profile.formula)
    for index in cells.indices {
      if index > 0 { bytes.append(delimiter) }
      try cell(unit, index) { value in
        guard let value else {
          if quotesAll { bytes.append(contentsOf: [CellText.quote, CellText.quote]) }
          return
        }
        if formula == .refuse, CellText.startsFormula(value) {
          throw Fault(
            .exportFailed,
            [
              "serial": unit.serial, "column": profile.columns[index].title,
              "cause": "it begins like a formula",
            ])
        }
        CellText.table(
          value, delimiter: delimiter, quotesAll: quotesAll, prefixesFormulas: formula == .prefix, to: &bytes)
      }
    }
  }

  private func line(_ unit: ExportRows.FinishedUnit, _ bytes: inout [UInt8]) throws {
    bytes.append(UInt8(ascii: "{"))
    for index in cells.indices {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      CellText.json(profile.columns[index].title, to: &bytes)
      bytes.append(UInt8(ascii: ":"))
      try cell(unit, index) { value in
        switch (value, cells[index]) {
        case (nil, _): bytes.append(contentsOf: "null".utf8)
        case (let value?, .number), (let value?, .array): bytes.append(contentsOf: value)
        case (let value?, _): CellText.json(value, to: &bytes)
        }
      }
    }
    bytes.append(UInt8(ascii: "}"))
  }

  @inline(__always)
  private func cell<Result>(
    _ unit: ExportRows.FinishedUnit, _ index: Int, _ body: (UnsafeRawBufferPointer?) throws -> Result
  ) throws -> Result {
    switch cells[index] {
    case .certificate:
      var text = try pem(of: unit)
      return try text.withUTF8 { try body(UnsafeRawBufferPointer($0)) }
    case .mac where profile.mac != .colonLower:
      guard let value = unit.cell(index) else { return try body(nil) }
      return try CellText.mac(value, as: profile.mac).withUnsafeBytes { try body($0) }
    default: return try body(unit.cell(index))
    }
  }

  private func report(_ attempt: FinishedAttempt, _ unit: ExportRows.FinishedUnit, to file: ExportFile) throws
  {
    let report = try WATSReport(
      attempt, serial: unit.serial, model: order.model, batch: order.batch, vendor: order.vendor,
      header: profile.wats ?? WATSHeader(), notes: notes(unit))
    try file.write { bytes in
      bytes += try encoder.encode(report)
      bytes.append(0x0A)
    }
  }

  /// Titles and values of the profile's columns.
  private func notes(_ unit: ExportRows.FinishedUnit) throws -> [(title: String, value: String)] {
    try profile.columns.indices.map { index in
      let value = try cell(unit, index) { bytes in bytes.map { String(decoding: $0, as: UTF8.self) } }
      return (profile.columns[index].title, value ?? "")
    }
  }

  private static func encoder() -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }

  private func pem(of unit: ExportRows.FinishedUnit) throws -> String {
    try Certificate(der: rows.certificate(of: unit)).pem
  }
}
