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
      Has the running station do it; without one it does it itself. How many entries are left and for how long is
      told on standard error while it works. Exit status 75 when entries are left.

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
      let progress = SyncProgress(quiet: options.json)
      if let answer = try await throughDoor(request, progress) {
        result = SyncResult(left: answer.left ?? 0, live: true)
      } else {
        let left = try await StationProgram.sync(options.benchSettings(), within: .seconds(within)) {
          status in
          progress.show(
            left: status.backlog, perSecond: status.perSecond,
            secondsLeft: status.timeLeft?.components.seconds)
        }
        result = SyncResult(left: left, live: false)
      }
      progress.clear()
      if options.json {
        print(JSONLine.text(result))
      } else {
        print(result.left == 0 ? "Nothing is left to send." : "\(result.left) entries are left.")
      }
      return result.left == 0 ? .done : .entriesLeft
    }
  }

  /// The running station does it; meanwhile it is asked how far it is.
  private func throughDoor(_ request: DoorRequest, _ progress: SyncProgress) async throws -> DoorAnswer? {
    let options = options
    let asking = Task {
      while !Task.isCancelled {
        let status = try? await options.throughDoor(DoorRequest(.status, actor: options.actor))?.status
        if let status {
          let waiting = (status.outbox["owed"] ?? 0) + (status.outbox["sending"] ?? 0)
          progress.show(
            left: max(0, waiting - (status.waitingForHub ?? 0)), perSecond: status.perSecond ?? 0,
            secondsLeft: status.secondsLeft)
        }
        do { try await SystemClock().sleep(for: .seconds(1)) } catch { return }
      }
    }
    defer { asking.cancel() }
    return try await options.throughDoor(request, within: .seconds(within + 10))
  }
}
