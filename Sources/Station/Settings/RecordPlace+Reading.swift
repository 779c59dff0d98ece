extension RecordPlace {
  static func read(_ root: SettingsSection) -> RecordPlace? {
    guard let section = root.section("record") else { return nil }
    defer { section.finish() }
    if section.has("folder"), section.has("url") {
      section.report("url", remedy: "stands beside `folder`: keep one.")
    }
    if section.has("url") {
      return section.value(
        "url", remedy: SettingsWord.addressRemedy, mayHoldSecret: true, SettingsWord.address
      ).map { .https($0) }
    }
    return section.required("folder", remedy: SettingsWord.absolutePathRemedy, SettingsWord.absolutePath).map
    {
      .folder($0)
    }
  }
}

extension LogSettings {
  static func read(_ root: SettingsSection) -> LogSettings {
    guard let section = root.section("log") else { return usual }
    defer { section.finish() }
    return LogSettings(
      level: section.choice("level", Level.self) ?? usual.level,
      file: section.value("file", remedy: SettingsWord.absolutePathRemedy, SettingsWord.absolutePath))
  }
}
