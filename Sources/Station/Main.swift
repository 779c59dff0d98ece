import ArgumentParser
import AsyncHTTPClient
import CertForge
import GRDB
import Hummingbird
import Logging
import SerialFlasher
import Subprocess
import Yams

@main
struct StationCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "station")
}
