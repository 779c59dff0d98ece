import ArgumentParser

struct KeyResendCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resend",
    abstract: "Issue a key once more whose first call is lost: it may then be there twice.",
    discussion: """
      Only for a key that is parked as unknown: its answer was lost, and two searches did not find it. Look into the
      vendor's own list first. It is looked for once more before it is sent; a second number that shows up later is told
      by `station key check` and taken away by `station key remove`.

      Examples:
        station key resend 0199f3b0-8d3e-7c5a-9f00-2f6d1c7b8a90 --reason "not in the vendor's list" --dry-run
        station key resend 0199f3b0-8d3e-7c5a-9f00-2f6d1c7b8a90 --reason "not in the vendor's list"
      """)

  @Argument(help: "The key's token.")
  var token: String

  @Option(help: "Why, for the record.")
  var reason: String

  @Flag(help: "Only show it.")
  var dryRun = false

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    try ReasonText.check(reason, longest: 400)
  }

  func run() async throws {
    try await options.perform {
      let (order, record) = try await options.order(token)
      guard record.state == .parked else {
        throw CommandError(
          .badData, code: "key-not-parked", "This key is \(record.state.rawValue), not parked as unknown.",
          hint: record.number.map { "Its number is \($0)." } ?? "The station is still at it.")
      }
      var filter = ParkedFilter()
      filter.entry = order.token
      let deciding = DecidedEntries(options: options, decision: .resend, reason: reason, dryRun: dryRun)
      try await deciding.perform(filter, did: "sent once more", would: "would be sent once more")
      return .done
    }
  }
}
