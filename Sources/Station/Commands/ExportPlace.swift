import CertForge
import Foundation

/// Where an export comes to lie: it has its name only once it is whole and written down.
///
/// Until then it is in a hidden folder that no other export touches. One that is killed leaves it behind, to be deleted.
struct ExportPlace {
  let folder: String
  let names: ExportNames
  let isTar: Bool
  let isEncrypted: Bool
  private let own = UUID().uuidString

  init(folder: String, names: ExportNames, isTar: Bool, isEncrypted: Bool) {
    (self.folder, self.names, self.isTar, self.isEncrypted) = (folder, names, isTar, isEncrypted)
  }

  var partial: String { "\(folder)/.\(names.bundle).\(own).partial" }
  /// Where the files are made.
  var bundle: String { "\(partial)/bundle" }
  private var tar: String { "\(partial)/tar" }
  private var envelope: String { "\(partial)/envelope" }
  private var path: String {
    "\(folder)/\(names.bundle)" + (isEncrypted ? ".tar.cms" : isTar ? ".tar" : "")
  }

  /// - Throws: when something has that name, or the folder is not there.
  func begin() throws {
    try checkIsFree()
    guard mkdir(partial, 0o700) == 0 else { throw ExportFile.failed(folder, "mkdir") }
    guard mkdir(bundle, 0o700) == 0 else {
      let fault = ExportFile.failed(folder, "mkdir")
      discard()
      throw fault
    }
  }

  /// Whether files of these names can be handed over like this.
  func check(_ names: [String]) throws {
    guard isTar else { return }
    for name in names { try TarFile.check("\(self.names.bundle)/\(name)") }
  }

  /// Makes of the files what is handed over. Whatever can fail, fails here: only the name is missing after it.
  func pack(_ manifest: ExportManifest, recipients: [Certificate]) throws {
    if isTar {
      let files =
        manifest.files.map(\.name)
        + [ExportManifest.fileName, ExportManifest.signatureName, ExportManifest.sumsName]
      try TarFile(
        folder: bundle, names: files.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) },
        prefix: names.bundle, time: manifest.created
      ).write(to: tar)
      guard chmod(tar, 0o600) == 0 else { throw ExportFile.failed(tar, "chmod") }
    }
    if isEncrypted {
      try Envelope.encrypt(file: tar, to: envelope, for: recipients)
      try synchronise(envelope)
    }
    try checkIsFree()
  }

  /// - Returns: the name that it has now.
  /// - Throws: when something came there after all; what was recorded can be made again.
  func finish() throws -> String {
    do {
      // Never over something that came there meanwhile.
      try FileManager.default.moveItem(atPath: isEncrypted ? envelope : isTar ? tar : bundle, toPath: path)
    } catch {
      throw CommandError(
        .cannotCreate, code: "export-unnamed",
        "Revision \(names.revision) of \(names.batch) is written down, but \(PrintableText.of(path, limit: 200)) "
          + "could not be made: \(PrintableText.of(error.localizedDescription, limit: 200))",
        hint: "Move away what has that name and make the export again: it has the same content.")
    }
    discard()
    return path
  }

  func discard() {
    guard FileManager.default.fileExists(atPath: partial) else { return }
    try? FileManager.default.removeItem(atPath: partial)
  }

  private func checkIsFree() throws {
    guard !FileManager.default.fileExists(atPath: path) else {
      throw CommandError(
        .cannotCreate, code: "file-exists", "\(PrintableText.of(path, limit: 200)) is there already.",
        hint: "Nothing is overwritten: move it away, or name another place with --to.")
    }
  }

  private func synchronise(_ file: String) throws(Fault) {
    let descriptor = open(file, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw ExportFile.failed(file, "open") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw ExportFile.failed(file, "fsync") }
  }
}
