import ArgumentParser
import Foundation

struct KeyIssueCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "issue", abstract: "Issue a physical key to a user; the vendor gives it its number.",
    discussion: """
      Examples:
        station key issue --user user-3 --org org-7
        station key issue --user user-3 --org org-7 --org-name "Example Ltd" --note "front door" --wait
        station key issue --user user-3 --org org-7 --wait --label key.png
      """)

  @Option(help: ArgumentHelp("The vendor's userId of who gets it.", valueName: "id"))
  var user: String

  @Option(help: ArgumentHelp("The vendor's orgId of who issues it.", valueName: "id"))
  var org: String

  @Option(help: "How that organisation is called.")
  var orgName: String?

  @Option(help: "Words for the key; the station puts its own mark behind them.")
  var note: String?

  @Flag(help: "Wait for the number.")
  var wait = false

  @Option(help: ArgumentHelp("With --wait: for so many seconds at most.", valueName: "seconds"))
  var within = 120

  @Option(
    help: ArgumentHelp(
      "With --wait: draw its label (see `station key label`) when it has its number.", valueName: "file"))
  var label: String?

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard (1...86_400).contains(within) else { throw ValidationError("--within: 1 to 86400.") }
    guard label == nil || wait else { throw ValidationError("--label goes with --wait.") }
  }

  func run() async throws {
    try await options.perform {
      let token = TimeOrderedUUID.text(time: SystemClock().now(), random: SystemRandomness().bytes(10))
      let order = PhysicalKeyOrder(
        token: token, user: user, organisation: org, organisationName: orgName, note: note)
      try order.check()
      // An order cannot be taken back because of a folder that is not there.
      if let label {
        do throws(LabelError) { _ = try await LabelFile(label) } catch { throw CommandError(error) }
      }
      let owed = OwedEntries(options: options)
      let lines = try await owed.owe([.addPhysicalKey(order)])
      guard wait else {
        OutboxListCommand.show(lines, json: options.json)
        if !options.json { print("Token \(token).") }
        return .done
      }
      let rest = try await owed.follow(lines, within: .seconds(within))
      OutboxListCommand.show(rest.lines, json: options.json)
      if !options.json { print("Token \(token). \(rest.sentence)") }
      if let label { try await draw(token, to: label) }
      return rest.status
    }
  }

  private func draw(_ token: String, to path: String) async throws {
    let (_, record) = try await options.order(token)
    guard record.number != nil else {
      options.complain(
        "station: no label yet: `station key label \(token) --to FILE` when the key has its number.")
      return
    }
    try await KeyLabelCommand.draw(record, to: path, template: nil, options)
  }
}
