import CertForge
import Foundation

/// Where an export comes to lie: it has its name only once it is whole and written down.
struct ExportPlace {
  let folder: String
  let names: ExportNames
  let isTar: Bool
  let isEncrypted: Bool

  var partial: String { "\(folder)/.\(names.bundle).partial" }
  private var path: String {
    "\(folder)/\(names.bundle)" + (isEncrypted ? ".tar.cms" : isTar ? ".tar" : "")
  }

  /// - Throws: when something has that name, or the folder is not there.
  func begin() throws {
    guard !FileManager.default.fileExists(atPath: path) else {
      throw CommandError(
        .cannotCreate, code: "file-exists", "\(PrintableText.of(path, limit: 200)) is there already.",
        hint: "Nothing is overwritten: move it away, or name another place with --to.")
    }
    discard()
    guard mkdir(partial, 0o700) == 0 else { throw ExportFile.failed(partial, "mkdir") }
  }

  /// - Returns: the name that it has now.
  func finish(_ manifest: ExportManifest, recipients: [Certificate]) throws -> String {
    guard isTar else {
      try move(partial, path)
      return path
    }
    let files =
      manifest.files.map(\.name)
      + [ExportManifest.fileName, ExportManifest.signatureName, ExportManifest.sumsName]
    let tar = "\(partial).tar"
    unlink(tar)
    try TarFile(
      folder: partial, names: files.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) },
      prefix: names.bundle, time: manifest.created
    ).write(to: tar)
    if isEncrypted {
      defer { unlink(tar) }
      try Envelope.encrypt(file: tar, to: path, for: recipients)
    } else {
      guard chmod(tar, 0o600) == 0 else { throw ExportFile.failed(tar, "chmod") }
      try move(tar, path)
    }
    discard()
    return path
  }

  func discard() {
    guard FileManager.default.fileExists(atPath: partial) else { return }
    try? FileManager.default.removeItem(atPath: partial)
  }

  /// Never over something that came there meanwhile.
  private func move(_ from: String, _ to: String) throws {
    do { try FileManager.default.moveItem(atPath: from, toPath: to) } catch {
      throw Fault(.exportFailed, ["path": to, "cause": error.localizedDescription])
    }
  }
}
