import ArgumentParser

struct BatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "batch", abstract: "Work orders: units belong to the batch that is open on their slot.",
    discussion: """
      A station that never had a batch works without. From the first one on, every new hub needs an open batch.

      Examples:
        station batch open WO-17 --model HUB-2 --vendor "Example Ltd" --quantity 500
        station batch list
        station batch show WO-17
        station batch close WO-17 --reason "all packed"
      """,
    subcommands: [
      BatchOpenCommand.self, BatchChangeCommand.self, BatchCloseCommand.self, BatchListCommand.self,
      BatchShowCommand.self,
    ], defaultSubcommand: BatchListCommand.self)
}

extension BatchID: ExpressibleByArgument {
  init?(argument: String) { self.init(argument) }
}

extension GlobalOptions {
  /// A batch's verb, done by the running station, or here under the lock.
  func batch(_ request: DoorRequest) async throws -> BatchLine {
    if let line = try await throughDoor(request)?.batch { return line }
    let ledger = try await writing()
    defer { try? ledger.close() }
    // No process goes on with open attempts: this one has the lock.
    return try await BatchVerb(request).perform(
      at: BatchDesk(ledger: ledger, actor: actor, endsAttempts: true))
  }

  func show(_ line: BatchLine, _ title: String) {
    if json { return print(JSONLine.text(line)) }
    print(title)
    for text in line.lines { print(text) }
  }
}

/// Slots as options name them: each once or more, or `all`.
struct SlotsOption: ParsableArguments {
  @Option(
    help: ArgumentHelp("A slot that makes it; repeat it for more. `all`: every slot.", valueName: "name"))
  var slot: [String] = []

  func validate() throws {
    for name in slot where name != "all" && SlotName(name) == nil {
      throw ValidationError("--slot: \(name) is no slot's name.")
    }
  }

  /// - Throws: `slot-unknown` for one that the settings do not have.
  func check(_ settings: StationSettings) throws(CommandError) {
    for slot in slots ?? [] where !settings.slots.contains(where: { $0.name == slot }) {
      throw CommandError(
        .badData, code: "slot-unknown", "There is no slot \(slot).",
        hint: "The settings have \(settings.slots.map(\.name.text).joined(separator: ", ")).")
    }
  }

  /// nil: not named. Empty: all.
  var slots: [SlotName]? {
    if slot.isEmpty { return nil }
    return slot.contains("all") ? [] : slot.compactMap { SlotName($0) }
  }
}
