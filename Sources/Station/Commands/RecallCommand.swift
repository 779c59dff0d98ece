import ArgumentParser

struct RecallCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recall", abstract: "Ask shipped units back; for many, see `station campaign`.",
    discussion: """
      The vendor suspends a recalled hub, and its certificate is revoked: it stops working where it is. When it comes
      back (`station return`) it is reworked or scrapped.

      Examples:
        station recall SPK00000001 --reason "wrong power supply in the box"
      """)

  @OptionGroup var named: DispositionOptions
  @OptionGroup var options: GlobalOptions

  func run() async throws { try await options.perform { try await options.decide(.recall, named) } }
}
