import ArgumentParser

struct BadgeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "badge", abstract: "Say who works at the running bench from now on.",
    discussion: """
      Every row of the bench that follows is signed by that badge. Verbs sign with their own --as, or else with the name
      of the user who calls them. A wedge scanner at the station's own terminal does the same with the barcodes `LOGIN
      4711` and `LOGOUT`.

      Examples:
        station badge 4711
        station badge --out
      """)

  @Argument(help: "The badge.")
  var badge: String?

  @Flag(help: "Nobody: rows of the bench are signed by whoever started the station.")
  var out = false

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard out != (badge != nil) else { throw ValidationError("Name a badge, or --out.") }
    if let badge, !BadgeScan.isBadge(badge) {
      throw ValidationError("A badge is 1 to 64 printable characters without spaces.")
    }
  }

  func run() async throws {
    try await options.perform {
      var request = DoorRequest(.badge, actor: options.actor)
      request.badge = badge
      guard let answer = try await options.throughDoor(request), let name = answer.onDuty else {
        throw CommandError(
          .unavailable, code: "door", "No station is running on this ledger.",
          hint: "`station run --as BADGE` starts one.")
      }
      print(options.json ? JSONLine.text(["onDuty": name]) : "\(name) signs from now on.")
      return .done
    }
  }
}
