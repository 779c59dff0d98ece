import ArgumentParser

struct SimulateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate", abstract: "Parts of the demo alone, for a real station to be pointed at.",
    discussion: """
      Examples:
        station simulate cloud --listen 127.0.0.1:8443
        station simulate hubs --count 2
      """,
    subcommands: [SimulateCloudCommand.self, SimulateHubsCommand.self])
}

struct SimulateCloudCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cloud", abstract: "A simulated cloud on loopback: the vendor's calls and those of AWS IoT.",
    discussion: """
      Prints one JSON line when it is ready, then runs until it is told to stop.

      Examples:
        station simulate cloud --listen 127.0.0.1:8443
        station simulate cloud --listen 127.0.0.1:0 --state cloud.json
      """)

  @Option(help: "Where to listen; port 0 takes a free one.")
  var listen: String

  @Option(help: ArgumentHelp("Keeps what the cloud knows over a restart.", valueName: "file"))
  var state: String?

  @Option(help: ArgumentHelp("The cloud is away for so many seconds at first.", valueName: "seconds"))
  var offline = 0

  @Option(help: "The same seed gives the same answers.")
  var seed: UInt64 = 1

  @Flag(help: "Things are registered in another AWS: ProvisionHub does not ask whether they are here.")
  var thingsElsewhere = false

  func validate() throws {
    guard (0...3600).contains(offline) else { throw ValidationError("--offline: 0 to 3600.") }
  }

  func run() async throws {
    try await GlobalOptions.silent.perform {
      let (listen, state, seed, offline, elsewhere) = (listen, state, seed, offline, thingsElsewhere)
      try await StopSignals.cancelling {
        do {
          try await SimulatedCloud.run(
            listen: listen, stateFile: state, seed: seed, offline: .seconds(offline),
            thingComesFirst: !elsewhere)
        } catch let error as SimulatedCloudError {
          throw CommandError(.cannotCreate, code: "simulated-cloud", PrintableText.of("\(error)", limit: 300))
        }
      }
      return .done
    }
  }
}

struct SimulateHubsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hubs", abstract: "Simulated hubs on terminals: each a real shell in a scratch folder.",
    discussion: """
      Prints each one's device path as a JSON line, then runs until it is told to stop. The folder that its shell starts in
      plays the hub's file system: the model's console profile needs `root: .`, as `sharedRoot` says.

      Examples:
        station simulate hubs --count 2
        station simulate hubs --count 8 --first-serial 9
      """)

  @Option(help: "How many: 1 to 64.")
  var count: Int

  @Option(help: ArgumentHelp("The number in the first one's serial.", valueName: "number"))
  var firstSerial = 1

  @Option(help: "The same seed gives the same hubs.")
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp(
      "Where they live; the same hubs come back from it. Else a scratch folder.", valueName: "folder"))
  var folder: String?

  func validate() throws {
    guard (1...64).contains(count) else { throw ValidationError("--count: 1 to 64.") }
    guard (1...99_999_900).contains(firstSerial) else {
      throw ValidationError("--first-serial: 1 to 99999900.")
    }
  }

  func run() async throws {
    try await GlobalOptions.silent.perform {
      let (count, firstSerial, seed, folder) = (count, firstSerial, seed, folder)
      return try await StopSignals.cancelling {
        try await StationProgram.simulateHubs(
          count: count, firstSerial: firstSerial, seed: seed, folder: folder)
      }
    }
  }
}

extension GlobalOptions {
  /// For verbs that take none of the global options.
  static var silent: GlobalOptions {
    var options = GlobalOptions()
    options.settings = nil
    options.ledger = nil
    options.json = false
    options.badge = nil
    options.verbose = false
    return options
  }
}
