import CertForge
import Foundation

/// Reads the settings file: everything that is wrong with it at once, or a complete value.
enum Settings {
  /// - Throws: every problem of the file, in the order of its lines.
  static func load(path: String) throws(SettingsProblems) -> StationSettings {
    try read(text: text(of: path), file: path)
  }

  /// - Parameter file: what to call the text in messages.
  static func read(text: String, file: String) throws(SettingsProblems) -> StationSettings {
    let findings = SettingsFindings(file: file)
    var settings: StationSettings?
    if let root = SettingsDocument.root(of: text, findings: findings) {
      let origin = SettingsOrigin(file: file, digest: Digest.sha256Hex(Data(text.utf8)))
      settings = StationSettings(root, origin: origin)
      root.finish()
    }
    try findings.check()
    // No finding and no value would be a reader that forgot to say why.
    guard let settings else {
      throw SettingsProblems(problems: [
        SettingsProblem(file: file, line: 1, key: "(file)", value: nil, remedy: "could not be read.")
      ])
    }
    return settings
  }

  private static func text(of path: String) throws(SettingsProblems) -> String {
    func problem(_ remedy: String) -> SettingsProblems {
      SettingsProblems(problems: [
        SettingsProblem(file: path, line: 1, key: "(file)", value: nil, remedy: remedy)
      ])
    }
    guard let handle = FileHandle(forReadingAtPath: path) else {
      let exists = FileManager.default.fileExists(atPath: path)
      throw problem(
        exists
          ? "may not be read by this user: mend its permissions."
          : "is not there: name it with --settings FILE, or begin with `station settings example`.")
    }
    defer { try? handle.close() }
    let data: Data
    do { data = try handle.read(upToCount: SettingsDocument.largestSize + 1) ?? Data() } catch {
      throw problem("cannot be read: \(PrintableText.of(error.localizedDescription, limit: 200)).")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw problem("is not UTF-8 text: save it as UTF-8.")
    }
    return text
  }
}
