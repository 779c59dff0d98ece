extension ExportProfile {
  /// The profiles of the settings; none where there are none.
  static func read(_ root: SettingsSection) -> [ExportProfile] {
    guard root.has("exports") else { return [] }
    var profiles: [ExportProfile] = []
    for section in root.sections("exports", limit: 64) {
      defer { section.finish() }
      guard let profile = read(section: section) else { continue }
      if profiles.contains(where: { $0.name == profile.name }) || shipped(profile.name) != nil {
        section.report("name", value: profile.name, remedy: "is taken: choose another name.")
      }
      profiles.append(profile)
    }
    return profiles
  }

  private static func read(section: SettingsSection) -> ExportProfile? {
    let name = section.required("name", remedy: "write 1 to 32 of a-z 0-9 -.") {
      SettingsWord.matching($0, #/[a-z0-9\-]{1,32}/#)
    }
    let columns = columns(section)
    let fileName = section.required("file-name", remedy: fileNames) { text in
      [".", ".."].contains(text) ? nil : SettingsWord.matching(text, #/[A-Za-z0-9._{}\-]{1,120}/#)
    }
    // Read to its end though a part is wrong: each wrong value is told, and no good one as unknown.
    var profile = ExportProfile(name: name ?? "", columns: columns, fileName: fileName ?? "")
    let forms = [Form.table, .lines, .wats, .cfx]
    if section.has("form") {
      profile.form =
        section.value("form", remedy: "write table, lines, wats or cfx.") { text in
          Form(rawValue: text).flatMap { forms.contains($0) ? $0 : nil }
        } ?? profile.form
    }
    if fileName != nil { checkFileName(section, profile) }
    if profile.form == .wats { readWATS(section, &profile) }
    if section.has("header") { profile.header = section.value("header", remedy: truth, word) ?? true }
    if section.has("byte-order-mark") {
      profile.byteOrderMark = section.value("byte-order-mark", remedy: truth, word) ?? false
    }
    if section.has("delimiter") {
      profile.delimiter =
        section.value("delimiter", remedy: "write one of , ; | or tab.") { text in
          text == "tab" ? "\t" : [",", ";", "|"].contains(text) ? text : nil
        } ?? profile.delimiter
    }
    if section.has("newline") { profile.newline = section.choice("newline") ?? profile.newline }
    if section.has("quoting") { profile.quoting = section.choice("quoting") ?? profile.quoting }
    if section.has("formula") { profile.formula = section.choice("formula") ?? profile.formula }
    if section.has("mac") { profile.mac = section.choice("mac") ?? profile.mac }
    if section.has("rows-per-file") {
      profile.rowsPerFile = section.value("rows-per-file", remedy: "write a number from 1 to 10000000.") {
        Int($0).flatMap { (1...10_000_000).contains($0) ? $0 : nil }
      }
    }
    return name == nil || fileName == nil || columns.isEmpty ? nil : profile
  }

  private static func checkFileName(_ section: SettingsSection, _ profile: ExportProfile) {
    func report(_ remedy: String) {
      section.report("file-name", value: profile.fileName, remedy: remedy)
    }
    if ExportManifest.isOwn(profile.fileName) {
      return report("is a name of the export's own files: write another one.")
    }
    let words = ExportNames.words(profile.form)
    let rest = words.reduce(profile.fileName) { $0.replacing($1, with: "-") }
    if let unknown = rest.firstMatch(of: #/{[^{}]*}?|}/#) {
      return report("has no place \(unknown.output): write \(words.joined(separator: " ")).")
    }
    if profile.form == .wats, !["{serial}", "{attempt}"].allSatisfy(profile.fileName.contains) {
      report("each attempt has a file of its own: write {serial} and {attempt} in it.")
    }
  }

  private static func readWATS(_ section: SettingsSection, _ profile: inout ExportProfile) {
    if profile.columns.contains(where: { $0.column == .certificatePEM }) {
      section.report("columns", remedy: "WATS takes 100 characters at most: leave certificate-pem out.")
    }
    var header = WATSHeader()
    defer { profile.wats = header }
    guard section.has("wats"), let wats = section.section("wats") else { return }
    defer { wats.finish() }
    func text(_ key: String) -> String? {
      wats.has(key)
        ? wats.value(key, remedy: "write 1 to 100 characters.") { $0.count <= WATSReport.longest ? $0 : nil }
        : nil
    }
    if wats.has("process-code") {
      header.processCode =
        wats.value("process-code", remedy: "write the server's number of the test operation, 1 to 32767.") {
          Int($0).flatMap { (1...32_767).contains($0) ? $0 : nil }
        } ?? header.processCode
    }
    header.purpose = text("purpose") ?? header.purpose
    (header.location, header.revision) = (text("location"), text("revision"))
  }

  private static func columns(_ section: SettingsSection) -> [Column] {
    guard section.has("columns") else {
      section.missing("columns", remedy: "write a list of columns, such as [serial, mac].")
      return []
    }
    let items = section.texts("columns", limit: 64)
    var columns: [Column] = []
    for (index, item) in items.enumerated() {
      let words = item.text.split(separator: "=", maxSplits: 1).map(String.init)
      guard let first = words.first, let column = ExportColumn(rawValue: first) else {
        let known = ExportColumn.allCases.map(\.rawValue)
        let meant = words.first.flatMap { NearestWord.of($0, in: Set(known)) }
        section.findings.add(
          line: item.line, key: "\(section.full("columns"))[\(index + 1)]", value: item.text,
          remedy: meant.map { "there is no such column; did you mean `\($0)`?" }
            ?? "there is no such column: \(known.joined(separator: ", ")).")
        continue
      }
      columns.append(Column(column: column, title: words.count > 1 ? words[1] : first))
    }
    if Set(columns.map(\.title)).count < columns.count {
      section.report("columns", remedy: "two columns have one title.")
    }
    return columns
  }

  private static let fileNames = "write a name such as \"{batch}-r{revision}.csv\", without folders."
  private static let truth = "write true or false."

  private static func word(_ text: String) -> Bool? { ["true": true, "false": false][text] }
}
