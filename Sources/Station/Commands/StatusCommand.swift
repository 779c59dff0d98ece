import ArgumentParser

struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "What the station is doing: outbox, lanes, second copy, open attempts.",
    discussion: """
      Asks the running station; without one it tells what the ledger says.

      Examples:
        station status
        station status --json
      """)

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await options.perform {
      let report: StationReport
      if let live = try await options.throughDoor(DoorRequest(.status, actor: options.actor))?.status {
        report = live
      } else {
        report = try await StationReport(reading: options.reading())
      }
      if options.json {
        print(JSONLine.text(report))
      } else {
        for line in StationReportText.lines(report) { print(line) }
      }
      return .done
    }
  }
}
