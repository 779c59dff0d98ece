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

extension StationSettings {
  /// The CA that the settings name.
  func issuingAuthority() throws(CommandError) -> AuthoritySettings {
    guard let authority = issuer.authority else {
      throw CommandError(
        .settings, code: "issuer-aws", "The settings have AWS issue the certificates: there is no CA here.",
        hint: "Name files on the command line, or the CA under `issuer` in the settings.")
    }
    return authority
  }
}
