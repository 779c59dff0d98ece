import ArgumentParser

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run the bench: every hub that is plugged into a slot is finished.",
    discussion: """
      Draws the wall of tiles on a terminal, one line per change elsewhere, JSON Lines with --json. SIGINT and SIGTERM
      finish or safely leave what is on the line.

      Examples:
        station run
        station run --as 4711
        station run --settings line-1.yaml --json
      """)

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await options.perform {
      let settings = try options.benchSettings()
      return try await StationProgram.run(
        settings, actor: options.actor, output: .standard(json: options.json))
    }
  }
}

extension GlobalOptions {
  /// The settings, with the ledger of --ledger where it is given.
  func benchSettings() throws(SettingsProblems) -> StationSettings {
    var settings = try loadSettings()
    if let ledger { settings.ledger = ledger }
    return settings
  }
}
