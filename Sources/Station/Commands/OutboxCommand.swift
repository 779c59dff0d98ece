import ArgumentParser

struct OutboxCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "outbox", abstract: "What the cloud still has to hear, and what needs a person.",
    discussion: """
      Examples:
        station outbox list --state parked
        station outbox retry --reason "policy made" --code target-missing --dry-run
        station outbox give-up --serial SPK00000001 --reason "boxed" --dry-run
      """,
    subcommands: [OutboxListCommand.self, OutboxRetryCommand.self, OutboxGiveUpCommand.self],
    defaultSubcommand: OutboxListCommand.self)
}

struct OutboxListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List entries in the order in which they were owed.",
    discussion: """
      Examples:
        station outbox list
        station outbox list --state parked --json
        station outbox list --code hub-offline
      """)

  @Option(help: "owed, sending, parked, settled, superseded or given-up; else all that are not settled.")
  var state: OutboxEntry.State?

  @Option(help: ArgumentHelp("Only this kind of entry.", valueName: "kind"))
  var kind: EffectKind?

  @Option(help: ArgumentHelp("Only entries that wait or are parked for this fault.", valueName: "fault"))
  var code: FaultCode?

  @Option(help: "At most so many.")
  var limit = 200

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard (1...1_000_000).contains(limit) else { throw ValidationError("--limit: 1 to 1000000.") }
  }

  func run() async throws {
    try await options.perform {
      let reader = try options.reading()
      var entries: [OutboxEntry] = []
      for wanted in state.map({ [$0] }) ?? [.owed, .sending, .parked] {
        entries += try await reader.outboxEntries(
          OutboxFilter(state: wanted, kind: kind, fault: code, limit: limit))
      }
      let lines = entries.sorted { $0.sequence < $1.sequence }.prefix(limit).map { OutboxLine($0) }
      OutboxListCommand.show(lines, json: options.json)
      return .done
    }
  }

  /// - Parameter planned: nothing was written yet.
  static func show(_ lines: [OutboxLine], json: Bool, planned: Bool = false) {
    if json {
      for line in lines { print(JSONLine.text(line)) }
      return
    }
    var table = TextTable("OF", "KIND", "STATE", "SINCE", "")
    for line in lines {
      table.add(
        line.name, line.kind.rawValue, planned ? "planned" : line.state.rawValue,
        planned ? "" : String(line.since.description.prefix(19)),
        [line.result, line.fault?.rawValue, line.sentence, line.hint].compactMap { $0 }
          .joined(separator: " "))
    }
    if table.isEmpty { print("Nothing.") } else { table.print() }
  }
}
