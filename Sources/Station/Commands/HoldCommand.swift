import ArgumentParser

struct HoldCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hold",
    abstract: "Put units on hold: no label, export, claim or shipping until they are released.",
    discussion: """
      Examples:
        station hold SPK00000001 --reason "scratched housing"
        station hold --serials suspect.csv --reason "capacitor lot 7" --dry-run
      """)

  @OptionGroup var named: DispositionOptions
  @OptionGroup var options: GlobalOptions

  func run() async throws { try await options.perform { try await options.decide(.hold, named) } }
}
