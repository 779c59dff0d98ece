import Foundation

/// The cloud in a process of its own.
extension SimulatedCloud {
  /// What is printed when it is ready: one line of JSON.
  struct Announcement: Codable, Sendable {
    var cloud: String
    var awsEndpoint: String
    var region: String
    var account: String
    /// The vendor's organisation that the key is of.
    var organisation: String
    var policies: [String]
    var thingGroups: [String]
    var credentials: CloudCredentialFiles
  }

  /// Runs until the task is cancelled.
  ///
  /// - Parameters:
  ///   - listen: `127.0.0.1:PORT`; port 0 takes any free one.
  ///   - stateFile: keeps the cloud's state over a restart.
  ///   - credentialsFolder: where the (fake) keys are written; nil: beside the state file, or in a new temporary
  ///     folder that is removed at the end.
  ///   - offline: away for so long at the start.
  ///   - thingComesFirst: false where the Things are registered in another AWS than this one.
  ///   - announce: takes the one line when connections are accepted (or, when it starts offline, when it has its port).
  static func run(
    listen: String, stateFile: String? = nil, seed: UInt64 = 0, credentialsFolder: String? = nil,
    offline: Duration = .zero, thingComesFirst: Bool = true,
    announce: @Sendable (String) -> Void = SimulatedCloud.printLine
  ) async throws {
    // Settings take absolute paths of the keys only.
    let stateFile = stateFile.map { URL(filePath: $0).standardizedFileURL.path(percentEncoded: false) }
    var configuration = Configuration()
    configuration.port = try LoopbackPort.number(in: listen)
    configuration.seed = seed
    configuration.stateFile = stateFile
    configuration.startsOffline = offline > .zero
    configuration.thingComesFirst = thingComesFirst
    let cloud = try await start(configuration)
    let temporary = "\(NSTemporaryDirectory())/station-cloud-\(UUID().uuidString)"
    let folder = credentialsFolder ?? stateFile.map { "\($0).keys" } ?? temporary
    do {
      let files = try await cloud.writeCredentials(to: folder)
      announce(try line(cloud, files, configuration.furniture))
      if configuration.startsOffline {
        try await configuration.clock.sleep(for: offline)
        try await cloud.goOnline()
      }
      while true { try await configuration.clock.sleep(for: .seconds(3600)) }
    } catch {
      await cloud.stop()
      if folder == temporary { try FileManager.default.removeItem(atPath: temporary) }
      // Being cancelled is how it is told to stop.
      if !(error is CancellationError) { throw error }
    }
  }

  /// Writes a line to standard output at once, also into a pipe.
  static func printLine(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
  }

  private static func line(
    _ cloud: SimulatedCloud, _ files: CloudCredentialFiles, _ furniture: CloudState.Furniture
  ) throws -> String {
    let announcement = Announcement(
      cloud: cloud.baseURL, awsEndpoint: cloud.awsEndpoint, region: cloud.account.region,
      account: cloud.account.number, organisation: cloud.account.organisation,
      policies: furniture.policies.sorted(),
      thingGroups: furniture.thingGroups.sorted(), credentials: files)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(announcement), as: UTF8.self)
  }
}
