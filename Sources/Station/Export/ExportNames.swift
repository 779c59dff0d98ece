/// The names of an export's files, from the profile's pattern.
struct ExportNames: Hashable, Sendable {
  var profile: ExportProfile
  var batch: String
  var revision: Int

  /// The name of the folder or the tar: `WO-17-r1-csv`.
  var bundle: String { "\(batch)-r\(revision)-\(profile.name)" }

  /// - Parameters:
  ///   - part: from 1; its number is in the name only where files are split.
  ///   - attempt: from 1, where each attempt has its file.
  func file(part: Int, serial: String?, attempt: Int? = nil) -> String {
    var name = profile.fileName
    if profile.rowsPerFile != nil, !name.contains("{part}") {
      // Before the extension, so that the files still open by a double click.
      let dot = name.lastIndex(of: ".") ?? name.endIndex
      name.insert(contentsOf: "-{part}", at: dot)
    }
    let digits = String(part)
    let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    for (word, value) in [
      ("{batch}", batch), ("{revision}", String(revision)), ("{profile}", profile.name), ("{part}", padded),
      // A serial may hold a colon, which Windows does not take.
      ("{serial}", (serial ?? "").replacing(":", with: "_")), ("{attempt}", attempt.map(String.init) ?? ""),
    ] { name = name.replacing(word, with: value) }
    return name
  }

  /// The words that are filled in; a serial number and an attempt only where each has a file of its own.
  static func words(_ form: ExportProfile.Form) -> [String] {
    ["{batch}", "{revision}", "{profile}", "{part}"] + (form == .wats ? ["{serial}", "{attempt}"] : [])
  }

  /// Whether files of these names can lie beside each other and beside the bundle's own.
  ///
  /// - Throws: `export-failed`.
  static func check(_ names: [String], of batch: String) throws(Fault) {
    var seen: Set<String> = []
    for name in names {
      guard !ExportManifest.isOwn(name), seen.insert(name).inserted else {
        throw Fault(.exportFailed, ["batch": batch, "cause": "two files are named \(name)"])
      }
      guard name.split(separator: "/").allSatisfy({ $0.utf8.count <= longest }) else {
        throw Fault(.exportFailed, ["batch": batch, "cause": "too long a name: \(name)"])
      }
    }
  }

  /// Of a file, in bytes.
  private static let longest = 255
}
