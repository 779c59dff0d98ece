import ArgumentParser

struct LockCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lock",
    abstract: "Locks of the line: make them known to the vendor, and say which box they are in.",
    discussion: """
      Examples:
        station lock add 1201 --index 1 --uuid 5a0e8f5e-94d2-4f0b-9a53-0f6f4b1f6c11 --serial LK-1201
        station lock import locks.csv --dry-run
        station lock pack SPK00000001 1201 1202
        station lock list
      """,
    subcommands: [
      LockListCommand.self, LockAddCommand.self, LockImportCommand.self, LockPackCommand.self,
      LockUnpackCommand.self,
    ], defaultSubcommand: LockListCommand.self)
}

struct LockListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "The locks that this ledger knows.",
    discussion: """
      Examples:
        station lock list
        station lock list --with SPK00000001 --json
      """)

  @Option(
    name: .customLong("with"), help: ArgumentHelp("Only those in the box of this hub.", valueName: "serial"))
  var hub: String?

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await options.perform {
      let records: [LockRecord]
      if let hub {
        let unit = try await options.unit(hub)
        records = try await options.reading().kit(of: unit.hub)
      } else {
        records = try await options.reading().locks()
      }
      if options.json {
        for record in records { print(JSONLine.text(LockLine(record))) }
        return .done
      }
      var table = TextTable("LOCK", "INDEX", "SERIAL", "UUID", "VENDOR'S CLOUD", "BOX OF HUB")
      for record in records {
        table.add(
          String(record.id), String(record.index), record.serial ?? "", record.uuid, record.state.rawValue,
          record.hub?.text ?? "")
      }
      if table.isEmpty { print("Nothing.") } else { table.print() }
      return .done
    }
  }
}
