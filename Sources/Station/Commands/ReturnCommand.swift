import ArgumentParser

struct ReturnCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "return", abstract: "Take units in that had left: shipped or recalled ones.",
    discussion: """
      Examples:
        station return SPK00000001 --reason "RMA 77, does not start"
      """)

  @OptionGroup var named: DispositionOptions
  @OptionGroup var options: GlobalOptions

  func run() async throws { try await options.perform { try await options.decide(.return, named) } }
}
