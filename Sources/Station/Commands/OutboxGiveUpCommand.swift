import ArgumentParser

struct OutboxGiveUpCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "give-up", abstract: "End entries that wait for their hub or are parked, undone.",
    discussion: """
      For claims, suspensions, locks and keys; never for the registration of a hub or the end of a certificate. All
      conditions that are given must hold. What is given up is not done any more; the record keeps it.

      Examples:
        station outbox give-up --serial SPK00000001 --reason "boxed, claimed by the customer" --dry-run
        station outbox give-up --code hub-offline --kind claim-hub --reason "batch went out"
        station outbox give-up --entry 0199f3b0-8d3e-7c5a-9f00-2f6d1c7b8a90 --reason "typed wrongly"
      """)

  @Option(help: ArgumentHelp("Entries that wait or are parked for this fault.", valueName: "fault"))
  var code: FaultCode?

  @Option(help: ArgumentHelp("Entries of this kind.", valueName: "kind"))
  var kind: EffectKind?

  @Option(help: "Entries of this hub.")
  var serial: String?

  @Option(help: ArgumentHelp("This entry.", valueName: "id"))
  var entry: String?

  @Option(help: "Why, for the record.")
  var reason: String

  @Flag(help: "Only show which.")
  var dryRun = false

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard code != nil || kind != nil || serial != nil || entry != nil else {
      throw ValidationError("Name --code, --kind, --serial or --entry.")
    }
    try ReasonText.check(reason, longest: 400)
  }

  func run() async throws {
    try await options.perform {
      var filter = ParkedFilter(code: code, kind: kind)
      filter.entry = entry
      if let serial { filter.serial = try await options.unit(serial).serial }
      let deciding = DecidedEntries(options: options, decision: .giveUp, reason: reason, dryRun: dryRun)
      try await deciding.perform(filter, did: "given up", would: "would be given up")
      return .done
    }
  }
}
