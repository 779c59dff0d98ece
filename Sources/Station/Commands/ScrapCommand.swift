import ArgumentParser

struct ScrapCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scrap", abstract: "Scrap units for ever; the cloud is told to take their identities away.",
    discussion: """
      Examples:
        station scrap SPK00000001 --reason "board broken" --dry-run
        station scrap SPK00000001 --reason "board broken" --as 4711
      """)

  @OptionGroup var named: DispositionOptions
  @OptionGroup var options: GlobalOptions

  func run() async throws { try await options.perform { try await options.decide(.scrap, named) } }
}
