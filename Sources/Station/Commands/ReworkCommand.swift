import ArgumentParser

struct ReworkCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rework",
    abstract: "Allow one more pass over finished hubs: each gets a new identity when it is put in again.",
    discussion: """
      Put the hub in afterwards. From the moment that the new identity is on its way to the hub the old one is taken away
      in the cloud, and the unit is on hold until it passes; then its Thing changes over. What the station may do in AWS
      for that is the policy station-policy-rework.json.

      Until then `station correct ROW` takes the order back (`station unit` shows the row).

      Examples:
        station rework SPK00000001 --reason "storage replaced" --dry-run
        station rework SPK00000001 --reason "storage replaced" --as 4711
        station rework --serials returned.csv --reason "RMA 117"
      """)

  @OptionGroup var named: DispositionOptions
  @OptionGroup var options: GlobalOptions

  func run() async throws { try await options.perform { try await options.decide(.rework, named) } }
}
