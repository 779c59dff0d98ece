import ArgumentParser

@main
struct StationCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "station",
    abstract: "Turns a bare smart-home hub into a finished, registered, recorded product.")
}
