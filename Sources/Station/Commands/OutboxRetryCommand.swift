import ArgumentParser

struct OutboxRetryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry", abstract: "Send parked entries back to work once their reason was mended.",
    discussion: """
      All conditions that are given must hold. With a running station it is done through its Door; without one the
      entries wait for the next `station run` or `station sync`.

      Examples:
        station outbox retry --code target-missing --reason "policy made" --dry-run
        station outbox retry --serial SPK00000001 --reason "checked with the vendor"
        station outbox retry --all --reason "account limit raised"
      """)

  @Option(help: ArgumentHelp("Entries parked for this fault.", valueName: "fault"))
  var code: FaultCode?

  @Option(help: ArgumentHelp("Entries of this kind.", valueName: "kind"))
  var kind: EffectKind?

  @Option(help: "Entries of this hub.")
  var serial: String?

  @Flag(help: "All parked entries.")
  var all = false

  @Option(help: "Why, for the record.")
  var reason: String

  @Flag(help: "Only show which.")
  var dryRun = false

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard all != (code != nil || kind != nil || serial != nil) else {
      throw ValidationError("Name --code, --kind or --serial, or --all.")
    }
    try ReasonText.check(reason, longest: 400)
  }

  func run() async throws {
    try await options.perform {
      var filter = ParkedFilter(code: code, kind: kind)
      if let serial { filter.serial = try await options.unit(serial).serial }
      let deciding = DecidedEntries(options: options, decision: .release, reason: reason, dryRun: dryRun)
      try await deciding.perform(filter, did: "sent back to work", would: "would be sent back to work")
      return .done
    }
  }
}
