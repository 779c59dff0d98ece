import ArgumentParser

struct CACommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ca", abstract: "The factory's own issuing CA.",
    discussion: """
      Examples:
        station ca init --name "Example issuing CA 1" --passphrase-file /run/secrets/ca --dry-run
        station ca show
      """,
    subcommands: [CAInitCommand.self, CAShowCommand.self])
}
