import Foundation
import Testing

@testable import Station

@Suite("The log file")
struct LogFileTests {
  /// Logs name serials, hubs and persons.
  @Test(arguments: [0, 0o022, 0o077] as [mode_t])
  func `is for its owner only, whatever the umask`(mask: mode_t) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "log-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "station.log").path()
    let before = umask(mask)
    let log = LogFile.open(path)
    umask(before)
    try #require(log).write("one line\n")
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "one line\n")
  }
}
