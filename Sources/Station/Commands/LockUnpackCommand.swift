import ArgumentParser

struct LockUnpackCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unpack", abstract: "Take locks out of the box of a hub, in the record.",
    discussion: """
      Examples:
        station lock unpack SPK00000001 1202
      """)

  @Argument(help: "The hub's serial number or UUID.")
  var hub: String

  @Argument(help: "Numbers of locks.")
  var locks: [Int64]

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard (1...100).contains(locks.count) else { throw ValidationError("Name 1 to 100 locks.") }
  }

  func run() async throws {
    try await options.perform {
      let unit = try await options.unit(hub)
      try await LockPackCommand.write(locks, unit.hub, .unpack, options)
      try await LockPackCommand.show(unit, options)
      return .done
    }
  }
}
