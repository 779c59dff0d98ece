/// Collects what is wrong while a settings file is read, so that all of it is reported at once.
final class SettingsFindings {
  let file: String
  private(set) var problems: [SettingsProblem] = []

  init(file: String) { self.file = file }

  func add(line: Int, key: String, value: String?, remedy: String) {
    problems.append(SettingsProblem(file: file, line: line, key: key, value: value, remedy: remedy))
  }

  /// A misspelt key is one finding, not also a missing one.
  func forgetMissing(_ key: String) {
    problems.removeAll { $0.key == key && $0.remedy.hasPrefix(Self.missing) }
  }

  static let missing = "is missing: "

  /// - Throws: when anything was found.
  func check() throws(SettingsProblems) {
    if problems.isEmpty { return }
    throw SettingsProblems(problems: problems.sorted { ($0.line, $0.key) < ($1.line, $1.key) })
  }
}
