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

struct ReleaseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "release", abstract: "Lift the hold of units; take returned ones back as good.",
    discussion: """
      A hold that came of a parked cloud entry is lifted by `station outbox retry`.

      Examples:
        station release SPK00000001 --reason "measured again, good"
      """)

  @OptionGroup var named: DispositionOptions
  @OptionGroup var options: GlobalOptions

  func run() async throws { try await options.perform { try await options.decide(.release, named) } }
}

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

struct RecallCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recall", abstract: "Ask shipped units back; for many, see `station campaign`.",
    discussion: """
      Examples:
        station recall SPK00000001 --reason "wrong power supply in the box"
      """)

  @OptionGroup var named: DispositionOptions
  @OptionGroup var options: GlobalOptions

  func run() async throws { try await options.perform { try await options.decide(.recall, named) } }
}
