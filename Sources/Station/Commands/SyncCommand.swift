import ArgumentParser

/// What `sync --json` prints. The keys are stable.
struct SyncResult: Codable {
  /// Entries that are left.
  var left: Int
  /// Whether a running station did it.
  var live: Bool
}

struct SyncCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sync", abstract: "Send what the cloud still has to hear, now.",
    discussion: """
      Has the running station do it; without one it does it itself. Exit status 75 when entries are left.

      Examples:
        station sync
        station sync --within 120
      """)

  @Option(help: ArgumentHelp("Give up after so many seconds.", valueName: "seconds"))
  var within = 60

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard (1...86_400).contains(within) else { throw ValidationError("--within: 1 to 86400.") }
  }

  func run() async throws {
    try await options.perform {
      var request = DoorRequest(.sync, actor: options.actor)
      request.seconds = within
      let result: SyncResult
      if let answer = try await options.throughDoor(request, within: .seconds(within + 10)) {
        result = SyncResult(left: answer.left ?? 0, live: true)
      } else {
        result = SyncResult(
          left: try await StationProgram.sync(options.benchSettings(), within: .seconds(within)), live: false)
      }
      if options.json {
        print(JSONLine.text(result))
      } else {
        print(result.left == 0 ? "Nothing is left to send." : "\(result.left) entries are left.")
      }
      return result.left == 0 ? .done : .entriesLeft
    }
  }
}
