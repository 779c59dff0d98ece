import Foundation

/// Puts a drawing into a file, in the form that its name ends in. The file appears whole or not at all.
struct LabelFile: Sendable {
  enum Form: String, CaseIterable, Sendable {
    case svg, png, pdf
  }

  let path: String
  let form: Form

  /// Of a label's dots, as label printers have them.
  private static let dotsPerInch = "300"
  private static let patience = Duration.seconds(20)

  /// Looks before anything is ordered: the name, the folder, and the program where one is needed.
  init(_ path: String) async throws(LabelError) {
    self.path = path
    let ending = URL(filePath: path).pathExtension.lowercased()
    guard let form = Form(rawValue: ending) else { throw .unknownForm(path) }
    self.form = form
    var isFolder: ObjCBool = false
    let folder = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue,
      access(folder, W_OK) == 0
    else { throw .notWritten(path, cause: "its folder is not there, or not this user's to write in") }
    guard form != .svg else { return }
    do throws(CommandOutput.Trouble) { _ = try await Self.renderer.run(["rsvg-convert", "--version"]) } catch
    {
      throw .rendererMissing
    }
  }

  private static var renderer: CommandOutput { CommandOutput(timeLimit: patience, clock: SystemClock()) }

  func write(_ drawing: String) async throws(LabelError) {
    let fresh = "\(path).\(UUID().uuidString)"
    let source = "\(fresh).svg"
    defer { for left in [fresh, source] { unlink(left) } }
    try create(source, Data(drawing.utf8))
    if form != .svg {
      // The renderer writes over it.
      try create(fresh, Data())
      do throws(CommandOutput.Trouble) {
        _ = try await Self.renderer.run([
          "rsvg-convert", "--format", form.rawValue, "--dpi-x", Self.dotsPerInch, "--dpi-y", Self.dotsPerInch,
          "--background-color", "white", "--output", fresh, source,
        ])
      } catch { throw .notRendered(error.cause) }
    }
    guard rename(form == .svg ? source : fresh, path) == 0 else {
      throw .notWritten(path, cause: String(cString: strerror(errno)))
    }
  }

  /// A token and a user stand on a label: this user's own file from its first byte, whatever the umask.
  private func create(_ file: String, _ data: Data) throws(LabelError) {
    let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .notWritten(path, cause: String(cString: strerror(errno))) }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    do { try handle.write(contentsOf: data) } catch {
      throw .notWritten(path, cause: error.localizedDescription)
    }
  }
}
