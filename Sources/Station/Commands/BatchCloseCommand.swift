import ArgumentParser

struct BatchCloseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "close", abstract: "End production of a work order for ever.",
    discussion: """
      Its slots take no hub until the next batch is open. Hubs of it that are on the bench must have ended.

      Examples:
        station batch close WO-17 --reason "all packed" --dry-run
        station batch close WO-17 --reason "all packed" --as 4711
      """)

  @Argument(help: "The number of the order.")
  var batch: BatchID

  @Option(help: "Why, for the record.")
  var reason: String

  @Flag(help: "Only check and show it.")
  var dryRun = false

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    try ReasonText.check(reason, longest: 400)
  }

  func run() async throws {
    try await options.perform {
      var request = DoorRequest(.batchClose, actor: options.actor)
      request.batch = batch
      request.reason = reason
      request.dryRun = dryRun
      let line = try await options.batch(request)
      options.show(line, dryRun ? "Would be closed; nothing was written:" : "Closed:")
      if !options.json, line.counts.passed < line.planned {
        print("  \(line.planned - line.counts.passed) fewer than planned.")
      }
      return .done
    }
  }
}
