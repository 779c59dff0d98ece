import ArgumentParser
import Foundation

struct HubCommandGroup: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hub", abstract: "Ask a finished hub through the cloud.",
    discussion: """
      Examples:
        station hub command SPK00000001 server_info --wait
        station hub command SPK00000001 set_wifi_credentials --network showroom --wait
      """,
    subcommands: [HubCommandCommand.self])
}

struct HubCommandCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "command", abstract: "Send a command to a hub through the vendor's cloud (SendHubCommand).",
    discussion: """
      The vendor only forwards it: the answer comes through the hub's device shadow, which the station reads from AWS
      IoT (right: iot:GetThingShadow). One command at a time goes to a hub; one that is not connected is asked again by
      itself, and `station outbox give-up` ends that.

      Arguments stay readable in the shadow. A passphrase is therefore never an argument: name a network of the settings.

      Examples:
        station hub command SPK00000001 server_info --wait
        station hub command SPK00000001 get_nodes --args '{"only_available": true}' --wait
        station hub command SPK00000001 set_wifi_credentials --network showroom --wait
      """)

  @Argument(help: "A serial number, or the UUID of a hub.")
  var serial: String

  @Argument(help: "The hub's command, such as server_info or get_nodes.")
  var command: String

  @Option(help: ArgumentHelp("Its arguments: a JSON object.", valueName: "json"))
  var args: String?

  @Option(help: ArgumentHelp("With set_wifi_credentials: a network of the settings.", valueName: "name"))
  var network: String?

  @Option(help: ArgumentHelp("How long the hub may take to answer: 1 to 300.", valueName: "seconds"))
  var answerWithin: Int64 = 30

  @Flag(help: "Wait for the answer and print it.")
  var wait = false

  @Option(help: ArgumentHelp("With --wait: for so many seconds at most.", valueName: "seconds"))
  var within = 120

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard (1...86_400).contains(within) else { throw ValidationError("--within: 1 to 86400.") }
  }

  func run() async throws {
    try await options.perform {
      let settings = try options.benchSettings()
      let question = HubCommand(
        command: command, arguments: try arguments(), network: network, seconds: answerWithin)
      try question.check()
      if let network, !settings.cloud.networks.contains(where: { $0.name == network }) {
        let known = settings.cloud.networks.map(\.name).joined(separator: ", ")
        throw VendorRules.invalid(
          "network", network, known.isEmpty ? "named in the settings" : "one of \(known)")
      }
      let unit = try await options.unit(serial)
      let effect = Effect.sendHubCommand(try options.identity(of: unit, settings), question)
      if network != nil, !options.json {
        options.complain(
          "station: the passphrase stays readable in the hub's device shadow; over the serial line it would not."
        )
      }
      let owed = OwedEntries(options: options)
      let lines = try await owed.owe([effect])
      guard wait else {
        OutboxListCommand.show(lines, json: options.json)
        return .done
      }
      let rest = try await owed.follow(lines, within: .seconds(within))
      if !options.json, let answer = rest.lines.first?.evidence?["answer"] {
        print(answer)
      } else {
        OutboxListCommand.show(rest.lines, json: options.json)
      }
      return rest.status
    }
  }

  private func arguments() throws(Fault) -> JSONValue? {
    guard let args else { return nil }
    guard let value = JSONValue(parsing: Array(args.utf8)), value.asObject != nil else {
      throw VendorRules.invalid("args", "", "a JSON object")
    }
    return value
  }
}
