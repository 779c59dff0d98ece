/// One wrong value of the settings file: where it is, what it is, and what to write instead.
struct SettingsProblem: Error, Hashable, Sendable, Codable {
  var file: String
  /// From 1; of the section where the key itself is missing.
  var line: Int
  /// For example `slots[2].presence`; items count from 1.
  var key: String
  /// As written; nil where the key is missing or where the value may be a secret.
  var value: String?
  /// What to do, as a sentence.
  var remedy: String

  /// `station.yaml:12: slots[2].presence = "usbb": write usb or line.`
  var text: String {
    let shown = value.map { " = \"\(PrintableText.of($0, limit: 80))\"" } ?? ""
    return "\(file):\(line): \(PrintableText.of(key, limit: 120))\(shown): \(remedy)"
  }
}

/// Everything that is wrong with a settings file, in the order of its lines.
struct SettingsProblems: Error, Hashable, Sendable, Codable {
  var problems: [SettingsProblem]
}
