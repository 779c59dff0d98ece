import Foundation

/// Writes what was taught into the settings file: one line of it, and every other byte as it was.
enum TaughtSettings {
  /// - Returns: the file's text with the slot's `path` set.
  /// - Throws: what would be wrong with the result; nothing is written here.
  static func text(_ text: String, file: String, slot: SlotName, path: String) throws(SettingsProblems)
    -> String
  {
    let findings = SettingsFindings(file: file)
    let root = SettingsDocument.root(of: text, findings: findings)
    let section = root?.sections("slots", limit: 128).first { $0.text("name") == slot.text }
    try findings.check()
    guard let section else {
      throw SettingsProblems(problems: [
        SettingsProblem(
          file: file, line: 1, key: "slots", value: slot.text, remedy: "has no slot of this name.")
      ])
    }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let key = section.has("path") ? "path" : "name"
    let index = section.line(of: key) - 1
    guard lines.indices.contains(index), let column = lines[index].range(of: "\(key):") else {
      throw SettingsProblems(problems: [
        SettingsProblem(
          file: file, line: index + 1, key: section.full(key), value: nil,
          remedy: "stands in braces: write the slot's keys on lines of their own.")
      ])
    }
    if key == "path" {
      lines[index] = lines[index][..<column.lowerBound] + "path: \(path)"
    } else {
      // Below the name, at its column.
      let indent = String(
        repeating: " ", count: lines[index].distance(from: lines[index].startIndex, to: column.lowerBound))
      lines.insert("\(indent)path: \(path)", at: index + 1)
    }
    let taught = lines.joined(separator: "\n")
    // Read back: what is written must be what was meant.
    let settings = try Settings.read(text: taught, file: file)
    guard settings.slots.first(where: { $0.name == slot })?.path == path else {
      throw SettingsProblems(problems: [
        SettingsProblem(
          file: file, line: index + 1, key: section.full("path"), value: path,
          remedy: "could not be written: do it by hand.")
      ])
    }
    return taught
  }

  /// By one rename: a power cut leaves the old file or the new one.
  static func replace(_ file: String, with text: String) throws(CommandError) {
    do {
      let resolved = URL(filePath: file).resolvingSymlinksInPath()
      let facts = try FileManager.default.attributesOfItem(atPath: resolved.path(percentEncoded: false))
      try Data(text.utf8).write(to: resolved, options: .atomic)
      if let mode = facts[.posixPermissions] {
        try FileManager.default.setAttributes(
          [.posixPermissions: mode], ofItemAtPath: resolved.path(percentEncoded: false))
      }
    } catch {
      throw CommandError(
        .cannotCreate, code: "settings-not-written",
        "\(file) cannot be written: \(PrintableText.of(error.localizedDescription, limit: 120))",
        hint: "Do it as the user that owns it, or write the line by hand (--dry-run shows it).")
    }
  }
}
