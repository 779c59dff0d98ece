import ArgumentParser

struct UnitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unit",
    abstract: "Tell the whole story of one hub: attempts, steps, evidence, certificate, kit, cloud.",
    discussion: """
      Examples:
        station unit SPK00000001
        station unit 90799d3e-b623-5a59-b2aa-e7df099f5daa --json
      """)

  @Argument(help: "A serial number, or the UUID of a hub.")
  var serial: String

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await options.perform {
      let reader = try options.reading()
      let units = try await reader.units(matching: serial)
      guard !units.isEmpty else {
        throw CommandError(
          .badData, code: "unit-unknown", "No hub \(PrintableText.of(serial, limit: 64)) in this ledger.",
          hint: "`station units --text PART` finds part of a serial.")
      }
      for unit in units {
        let story = try await UnitStory(
          unit, attempts: reader.attempts(of: unit.hub), rows: reader.rows(of: unit.hub),
          outbox: reader.outboxEntries(OutboxFilter(hub: unit.hub)), kit: reader.kit(of: unit.hub))
        if options.json {
          print(JSONLine.text(story))
        } else {
          for line in UnitStoryText.lines(story) { print(line) }
        }
      }
      return .done
    }
  }
}
