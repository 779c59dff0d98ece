import ArgumentParser

struct ShipCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ship", abstract: "Say that units left the house; only registered ones may.",
    discussion: """
      Examples:
        station ship --serials pallet-3.csv --reason "delivery 1234"
        station ship SPK00000001 --reason "sample for the lab" --unregistered
      """)

  @Flag(help: "Also units that the cloud does not know completely: you answer for it.")
  var unregistered = false

  @OptionGroup var named: DispositionOptions
  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await options.perform { try await options.decide(.ship, named, unregistered: unregistered) }
  }
}
