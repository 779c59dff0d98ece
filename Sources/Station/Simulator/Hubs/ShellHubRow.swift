import Foundation

/// Shell hubs in a process of their own, for a real station to be pointed at.
enum ShellHubRow {
  /// One line of JSON for each hub.
  struct Announcement: Codable, Sendable {
    /// The device to open; the same over unplugging.
    var device: String
    var serial: String
    var model: String
    var mac: String
    /// The `root` of a console profile of its own, and the one that fits every hub of the row.
    var root: String
    var sharedRoot: String
    var shell: String
  }

  /// Starts `count` hubs and runs until the task is cancelled; then unplugs them.
  ///
  /// - Parameters:
  ///   - firstSerial: the number in the first hub's serial.
  ///   - folder: where they live. Kept: the same hubs come back from it. Nil: a scratch folder, removed at the end.
  ///   - announce: takes each hub's line as soon as it can be opened.
  static func run(
    count: Int, firstSerial: Int = 1, seed: UInt64 = 0, folder: String? = nil, model: String = "HUB-2",
    clock: any StationClock = SystemClock(),
    announce: @Sendable (String) -> Void = SimulatedCloud.printLine
  ) async throws {
    // A station takes absolute paths of devices only.
    let place =
      folder.map { URL(filePath: $0).standardizedFileURL.path(percentEncoded: false) }
      ?? ShellHub.scratchFolder()
    var hubs: [ShellHub] = []
    do {
      for member in HubPopulation(
        count: count, seed: seed, shellsPerHundred: 100, model: model, firstSerial: firstSerial
      ).members {
        guard case .shell(let options) = member.kind else { continue }
        let hub = try await ShellHub(options, folder: "\(place)/\(options.serial)", clock: clock)
        hubs.append(hub)
        try await hub.plug()
        announce(try line(hub))
      }
      while true { try await clock.sleep(for: .seconds(3600)) }
    } catch {
      for hub in hubs { await hub.pullOut() }
      if folder == nil, FileManager.default.fileExists(atPath: place) {
        try FileManager.default.removeItem(atPath: place)
      }
      // Being cancelled is how it is told to stop.
      if !(error is CancellationError) { throw error }
    }
  }

  private static func line(_ hub: ShellHub) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let announcement = Announcement(
      device: hub.device, serial: hub.options.serial, model: hub.options.model, mac: hub.options.mac,
      root: hub.tree.root, sharedRoot: ".", shell: hub.options.shell.rawValue)
    return String(decoding: try encoder.encode(announcement), as: UTF8.self)
  }
}
