import ArgumentParser

struct AWSCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "aws", abstract: "Look after what the station left in the AWS account.",
    discussion: """
      Examples:
        station aws sweep
        station aws sweep --yes
      """,
    subcommands: [AWSSweepCommand.self])
}
