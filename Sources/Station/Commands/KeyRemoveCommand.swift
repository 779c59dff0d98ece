import ArgumentParser

struct KeyRemoveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Take away a second number that one order came to.",
    discussion: """
      Never the number that is in the record and on the label, and never a key of another order: the vendor's cloud is
      asked first whether this number carries the order's token. Shows what it would do; --yes does it.

      Examples:
        station key remove 0199f3b0-8d3e-7c5a-9f00-2f6d1c7b8a90 8
        station key remove 0199f3b0-8d3e-7c5a-9f00-2f6d1c7b8a90 8 --yes
      """)

  @Argument(help: "The order's token.")
  var token: String

  @Argument(help: "The number to take away.")
  var number: Int64

  @Flag(help: "Do it.")
  var yes = false

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await options.perform {
      let (order, record) = try await options.order(token)
      guard let kept = record.number else {
        throw CommandError(
          .badData, code: "key-unsettled", "The number of this key is not known yet.",
          hint: "Only a second number is taken away: see `station key list`.")
      }
      guard kept != number else {
        throw CommandError(
          .badData, code: "key-kept", "\(number) is the number of this key, in the record and on its label.",
          hint: "`station key check` shows which number is one too many.")
      }
      let effect = Effect.removePhysicalKey(order, number: number)
      guard yes else {
        OutboxListCommand.show([OutboxLine(OutboxEntry(planned: effect))], json: options.json, planned: true)
        if !options.json { print("Number \(number) would be taken away; \(kept) stays. --yes does it.") }
        return .done
      }
      OutboxListCommand.show(try await OwedEntries(options: options).owe([effect]), json: options.json)
      return .done
    }
  }
}
