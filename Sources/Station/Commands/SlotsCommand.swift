import ArgumentParser

struct SlotsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "slots", abstract: "The places of the bench: list them, or teach where they are.",
    discussion: """
      Examples:
        station slots
        station slots teach A1
      """,
    subcommands: [SlotsListCommand.self, SlotsTeachCommand.self], defaultSubcommand: SlotsListCommand.self)
}

/// One slot or one stranger, as `slots --json` prints it. The keys are stable.
struct SlotLine: Codable {
  /// Absent: seen, not ours.
  var slot: SlotName?
  var path: String?
  var presence: String?
  var model: String?
  /// What hangs there now.
  var device: String?
}
