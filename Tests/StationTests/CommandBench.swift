import Foundation
import Testing

@testable import Station

/// A folder with a ledger in which one hub has passed and one has failed, and a settings file that names it.
final class CommandBench: Sendable {
  let folder: URL
  let ledger: String
  let settings: String

  init() async throws {
    folder = URL(filePath: "/tmp").appending(path: "command-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    ledger = folder.appending(path: "ledger.sqlite").path(percentEncoded: false)
    settings = folder.appending(path: "station.yaml").path(percentEncoded: false)
    try SettingsExample.text.replacing("/var/lib/station/ledger.sqlite", with: ledger)
      .write(toFile: settings, atomically: true, encoding: .utf8)
    let opened = try open()
    for row in Self.story().rows {
      let draft = JournalDraft(
        actor: row.actor, slot: row.slot, attempt: row.attempt, hub: row.hub, entry: try row.entry())
      try await opened.append(draft)
    }
    try opened.close()
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func open() throws -> Ledger {
    try Ledger.open(
      path: ledger, station: "line-1", clock: SystemClock(),
      versions: StationStart(version: "1", settings: "s"))
  }

  func file(_ name: String, _ text: String, mode: Int = 0o600) throws -> String {
    let path = folder.appending(path: name).path(percentEncoded: false)
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    return path
  }

  private static func story() -> WallRows {
    var rows = WallRows()
    rows.pass("A1", number: 1, serial: "SPK00000001")
    let conflict = Fault(.thingConflict, ["thing": "t"])
    rows.add(.parked(entry: "entry-1", conflict), hub: WallRows.hub(1))
    rows.add(.held(conflict), hub: WallRows.hub(1))
    rows.identify("A2", number: 2, serial: "SPK00000002")
    let outside = Fault(
      .checkOutside, ["check": "core", "value": "1.9", "low": "1.1", "high": "1.3", "measure": "V"])
    rows.add(.failed(.check, outside), slot: "A2", attempt: "attempt-2", hub: WallRows.hub(2))
    rows.add(.closed(.failed, outside), slot: "A2", attempt: "attempt-2", hub: WallRows.hub(2))
    return rows
  }
}
