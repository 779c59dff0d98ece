/// What the checks of an attempt read, in the attempt's row: records ended by RS, fields divided by US (the separators of
/// ASCII, which stand in no name and no unit). Quicker to read than JSON, a million times.
enum ReadingList {
  private static let field = "\u{1F}"
  private static let record = "\u{1E}"

  /// - Returns: nil where there is no number.
  static func text(_ results: [CheckResult]) -> String? {
    var text = ""
    for result in results {
      guard let value = result.value, value.isFinite else { continue }
      let fields = [
        plain(result.name), plain(result.measure), result.low.map { "\($0)" } ?? "",
        result.high.map { "\($0)" } ?? "", "\(value)",
      ]
      text += fields.joined(separator: field) + record
    }
    return text.isEmpty ? nil : text
  }

  static func readings(_ text: String) -> [ReportMaterial.Reading] {
    text.split(separator: record).compactMap { record in
      let fields = record.split(separator: field, omittingEmptySubsequences: false)
      guard fields.count == 5, let value = Double(fields[4]) else { return nil }
      return ReportMaterial.Reading(
        name: String(fields[0]), measure: String(fields[1]), low: Double(fields[2]), high: Double(fields[3]),
        value: value)
    }
  }

  private static func plain(_ text: String) -> String {
    text.filter { $0 != Character(field) && $0 != Character(record) }
  }
}
