import Foundation

/// A list of serial numbers in a file, or on standard input.
enum SerialListFile {
  private static let largest = 256 << 20

  /// - Parameter path: `-` for standard input.
  /// - Throws: `serial-list-invalid`.
  static func read(_ path: String, normalise: (String) throws(Fault) -> SerialNumber) throws(Fault)
    -> [SerialNumber]
  {
    let handle = path == "-" ? FileHandle.standardInput : FileHandle(forReadingAtPath: path)
    defer { if path != "-" { try? handle?.close() } }
    var data: Data?
    // Nothing is read from an empty file.
    do { if let handle { data = try handle.read(upToCount: largest + 1) ?? Data() } } catch { data = nil }
    guard let data else { throw unusable(path, "is not there or may not be read") }
    guard !data.isEmpty else { throw unusable(path, "is empty") }
    guard data.count <= largest else { throw unusable(path, "is longer than 256 MiB") }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw unusable(path, "is not UTF-8 text")
    }
    return try SerialList(text, file: name(path), normalise: normalise).serials
  }

  private static func name(_ path: String) -> String { path == "-" ? "standard input" : path }

  private static func unusable(_ path: String, _ problem: String) -> Fault {
    Fault(.serialListInvalid, ["file": name(path), "problems": "the file \(problem)", "count": "only"])
  }
}
