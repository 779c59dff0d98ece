import ArgumentParser

struct LockAddCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Make one lock known to the vendor (CreateLock).",
    discussion: """
      Examples:
        station lock add 1201 --index 1 --uuid 5a0e8f5e-94d2-4f0b-9a53-0f6f4b1f6c11
        station lock add 1201 --index 1 --uuid 5a0e8f5e-94d2-4f0b-9a53-0f6f4b1f6c11 --serial LK-1201 \\
          --vendor Example --owner user-3 --key k1:1:user-3 --with SPK00000001
      """)

  @Argument(help: "The vendor's number of the lock.")
  var lock: Int64

  @Option(help: "The lock's index, from 1.")
  var index: Int64

  @Option(help: "The lock's UUID.")
  var uuid: String

  @Option(help: "Its serial number.")
  var serial: String?

  @Option(help: "Its maker.")
  var vendor: String?

  @Option(help: ArgumentHelp("The vendor's userId of its owner.", valueName: "id"))
  var owner: String?

  @Option(help: ArgumentHelp("An initial key; may be repeated.", valueName: "uuid[:index[:user]]"))
  var key: [String] = []

  @Option(
    name: .customLong("with"), help: ArgumentHelp("Put it into the box of this hub.", valueName: "serial"))
  var hub: String?

  @Flag(help: "Only show it.")
  var dryRun = false

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await options.perform {
      let made = Lock(
        id: lock, index: index, uuid: uuid, serial: serial, vendorName: vendor, owner: owner,
        keys: try key.map { (text) throws(Fault) in try Lock.Key(text) })
      try made.check()
      var unit: UnitRecord?
      if let hub { unit = try await options.unit(hub) }
      guard !dryRun else {
        OutboxListCommand.show(
          [OutboxLine(OutboxEntry(planned: .createLock(made)))], json: options.json, planned: true)
        return .done
      }
      let lines = try await OwedEntries(options: options).owe([.createLock(made)])
      if let unit { try await LockPackCommand.write([lock], unit.hub, .pack, options) }
      OutboxListCommand.show(lines, json: options.json)
      return .done
    }
  }
}
