import ArgumentParser

struct ProvisionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "provision", abstract: "Finish the hubs on the serial devices that are named, once each.",
    discussion: """
      Needs neither udev nor slots. Exit status 1 when a hub failed, 2 when the station did.

      Examples:
        station provision /dev/ttyUSB0
        station provision /dev/ttyUSB0 /dev/ttyUSB1 --json
      """)

  @Argument(help: "Serial devices.")
  var device: [String]

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard (1...64).contains(device.count) else { throw ValidationError("Name 1 to 64 devices.") }
    guard Set(device).count == device.count else { throw ValidationError("A device is named twice.") }
    guard device.allSatisfy({ $0.hasPrefix("/") }) else {
      throw ValidationError("A device is a path that begins with /, such as /dev/ttyUSB0.")
    }
  }

  func run() async throws {
    try await options.perform {
      let settings = try options.benchSettings()
      return try await StationProgram.provision(
        settings, devices: device, actor: options.actor, output: .standard(json: options.json))
    }
  }
}
