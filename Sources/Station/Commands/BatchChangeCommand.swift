import ArgumentParser

struct BatchChangeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "change", abstract: "Allow spares to an open batch, or move it to other slots.",
    discussion: """
      A batch with a range or a list of serials must have them for its spares too: open it with more serials than its
      quantity.

      Examples:
        station batch change WO-17 --over 5 --reason "five for the lab"
        station batch change WO-17 --slot A1 --slot A2 --reason "A3 is being mended"
      """)

  @Argument(help: "The number of the order.")
  var batch: BatchID

  @Option(help: "Spares that may be made beyond the quantity.")
  var over: Int?

  @OptionGroup var place: SlotsOption

  @Option(help: "Why, for the record.")
  var reason: String

  @Flag(help: "Only check and show it.")
  var dryRun = false

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard over != nil || place.slots != nil else { throw ValidationError("Name --over or --slot.") }
    try ReasonText.check(reason, longest: 400)
  }

  func run() async throws {
    try await options.perform {
      // Nothing says which slots there are where only the ledger is named.
      if place.slots != nil, options.ledger == nil || options.settings != nil {
        try place.check(options.loadSettings())
      }
      var request = DoorRequest(.batchChange, actor: options.actor)
      request.batch = batch
      request.over = over
      request.slots = place.slots
      request.reason = reason
      request.dryRun = dryRun
      let line = try await options.batch(request)
      options.show(line, dryRun ? "Would be; nothing was written:" : "Changed:")
      return .done
    }
  }
}
