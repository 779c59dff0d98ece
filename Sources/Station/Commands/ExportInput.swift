import Foundation

/// Files and folders that people name to the verbs of an export.
enum ExportInput {
  /// The folder that an export is put into.
  static func checkFolder(_ path: String) throws {
    guard !isFolder(path) else { return }
    throw CommandError(
      .cannotCreate, code: "folder-missing", "There is no folder \(shown(path)).",
      hint: "Make it first, or name another with --to.")
  }

  /// What is verified is a folder: a tar is unpacked first, and an encrypted one decrypted.
  static func checkExport(_ path: String) throws {
    guard !isFolder(path) else { return }
    guard FileManager.default.fileExists(atPath: path) else {
      throw CommandError(.badData, code: "folder-missing", "There is no folder \(shown(path)).")
    }
    if path.hasSuffix(".cms") {
      let tar = shown(String(path.dropLast(4)))
      throw CommandError(
        .badData, code: "export-encrypted", "\(shown(path)) is encrypted: decrypt and unpack it first.",
        hint:
          "openssl cms -decrypt -inform DER -binary -in \(shown(path)) -inkey KEY -out \(tar), then tar -xf \(tar)."
      )
    }
    throw CommandError(
      .badData, code: "export-packed", "\(shown(path)) is a file: unpack it first, and name the folder.",
      hint: "tar -xf \(shown(path))")
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }

  private static func shown(_ path: String) -> String { PrintableText.of(path, limit: 200) }
}
