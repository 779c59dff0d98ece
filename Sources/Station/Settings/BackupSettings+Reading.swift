extension BackupSettings {
  /// nil: no automatic backups, and `station doctor` says so.
  static func read(_ root: SettingsSection) -> BackupSettings? {
    guard let section = root.section("backup") else { return nil }
    defer { section.finish() }
    let folder = section.required(
      "folder", remedy: SettingsWord.absolutePathRemedy, SettingsWord.absolutePath)
    let every = section.value("every", remedy: periodRemedy, period)
    let keep = section.value("keep", remedy: "write a number from 2 to 1000.") { text in
      Int(text).flatMap { (2...1000).contains($0) ? $0 : nil }
    }
    guard let folder else { return nil }
    return BackupSettings(folder: folder, every: every ?? .seconds(4 * 3600), keep: keep ?? 30)
  }

  private static let periodRemedy = "write a time from 1m to 7d, such as 30m, 4h or 1d."

  private static func period(_ text: String) -> Duration? {
    let units: [(Character, Int64)] = [("m", 60), ("h", 3600), ("d", 86_400)]
    guard let unit = units.first(where: { $0.0 == text.last }), let count = Int64(text.dropLast()),
      count > 0, count <= 10_080, count * unit.1 <= 7 * 86_400
    else { return nil }
    return .seconds(count * unit.1)
  }
}
