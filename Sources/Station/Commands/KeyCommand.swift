import ArgumentParser

struct KeyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key", abstract: "Issue physical keys, and see what became of them.",
    discussion: """
      The vendor gives every call another number, so the station never makes a call twice by itself: when an answer is
      lost it looks for the key, and when it does not find it, a person decides.

      Examples:
        station key issue --user user-3 --org org-7 --note "front door, flat 2" --wait
        station key list
        station key label 8 --to key-8.png
        station key resend 0199f3b0-8d3e-7c5a-9f00-2f6d1c7b8a90 --reason "not in the vendor's list"
        station key check
        station key remove 0199f3b0-8d3e-7c5a-9f00-2f6d1c7b8a90 8 --yes
      """,
    subcommands: [
      KeyIssueCommand.self, KeyListCommand.self, KeyLabelCommand.self, KeyResendCommand.self,
      KeyCheckCommand.self,
      KeyRemoveCommand.self,
    ], defaultSubcommand: KeyListCommand.self)
}

struct KeyListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "The keys that were issued here, with their numbers.",
    discussion: """
      Examples:
        station key list
        station key list --json
      """)

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await options.perform {
      let keys = try await options.keys()
      if options.json {
        for key in keys { print(JSONLine.text(key)) }
        return .done
      }
      var table = TextTable("NUMBER", "USER", "STATE", "TOKEN", "NOTE")
      for key in keys {
        let number = [key.number.map { String($0) } ?? "-"] + key.duplicates.map { "also \($0)" }
        table.add(
          number.joined(separator: ", "), PrintableText.of(key.user, limit: 40), key.state.rawValue,
          key.token, PrintableText.of(key.note ?? "", limit: 60))
      }
      if table.isEmpty { print("Nothing.") } else { table.print() }
      return .done
    }
  }
}
