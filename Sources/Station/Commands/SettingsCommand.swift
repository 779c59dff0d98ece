import ArgumentParser

struct SettingsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "settings", abstract: "Check the settings file, or print an example of one.",
    discussion: """
      Examples:
        station settings example > /etc/station/station.yaml
        station settings check
      """,
    subcommands: [SettingsCheckCommand.self, SettingsExampleCommand.self])
}

struct SettingsCheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Name every wrong value with file, line, key and remedy.",
    discussion: """
      Exit status 78 when anything is wrong. Looks at the file alone; `station doctor` also looks at the machine.

      Examples:
        station settings check
        station settings check /etc/station/station.yaml --json
      """)

  @Argument(help: "The settings file; else the one that --settings or the usual places name.")
  var file: String?

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await options.perform {
      let settings = try Settings.load(path: file ?? options.settingsFile)
      if options.json {
        print(JSONLine.text(["file": settings.origin.file, "sha256": settings.origin.digest]))
      } else {
        let untaught = settings.slots.filter { $0.path == nil }.map(\.name.text)
        print("\(settings.origin.file): all values are good.")
        print("  \(settings.slots.count) slots, \(settings.models.count) models, ledger \(settings.ledger)")
        if !untaught.isEmpty {
          print("  not taught yet: \(untaught.joined(separator: ", ")) (station slots teach)")
        }
      }
      return .done
    }
  }
}

struct SettingsExampleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "example", abstract: "Print a complete settings file with a word on every key.",
    discussion: """
      Examples:
        station settings example > /etc/station/station.yaml
      """)

  func run() async throws { print(SettingsExample.text, terminator: "") }
}
