import ArgumentParser

struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "The whole floor on this machine: simulated hubs and cloud, everything else real.",
    discussion: """
      Needs no settings, no hardware and no network. Exit status 75 when entries are left for the cloud.
      With --json the last line is {"summary":{…}}.

      Examples:
        station demo
        station demo --hubs 4 --units 12 --offline 10
        station demo --aws-issued
        station demo --seed 7 --ledger demo.sqlite --json
      """)

  @Option(help: "Slots on the bench: 1 to 64.")
  var hubs = 8

  @Option(help: "Units to make: 1 to 10000.")
  var units = 24

  @Option(help: ArgumentHelp("The cloud is away for so many seconds at first.", valueName: "seconds"))
  var offline = 0

  @Option(help: "The same seed gives the same hubs.")
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp("Where the ledger goes; else a new folder below the temporary one.", valueName: "file")
  )
  var ledger: String?

  @Flag(
    name: .customLong("aws-issued"), help: "AWS signs the certificates instead of a CA of the factory's own.")
  var isIssuedByAWS = false

  @Flag(help: "Print JSON Lines.")
  var json = false

  func validate() throws {
    guard (1...64).contains(hubs) else { throw ValidationError("--hubs: 1 to 64.") }
    guard (1...10_000).contains(units) else { throw ValidationError("--units: 1 to 10000.") }
    guard (0...3600).contains(offline) else { throw ValidationError("--offline: 0 to 3600.") }
  }

  func run() async throws {
    var options = GlobalOptions.silent
    options.json = json
    try await options.perform {
      let plan = DemoPlan(
        hubs: hubs, units: units, offline: .seconds(offline), seed: seed, ledger: ledger,
        isIssuedByAWS: isIssuedByAWS)
      return try await StationProgram.demo(plan, output: .standard(json: json))
    }
  }
}
