import ArgumentParser

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
