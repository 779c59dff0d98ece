/// What a demo shall be like.
struct DemoPlan: Hashable, Sendable {
  var hubs: Int
  var units: Int
  /// The cloud is away for so long at first.
  var offline: Duration
  var seed: UInt64
  /// nil: a new folder below the temporary one.
  var ledger: String?
}

/// The programs behind the verbs: each puts the parts together and runs them to their end.
enum StationProgram {
  /// The bench, until SIGINT or SIGTERM.
  static func run(_ settings: StationSettings, actor: String, output: WallOutput) async throws -> ExitStatus {
    throw notYet("run")
  }

  /// The named devices, once each.
  static func provision(
    _ settings: StationSettings, devices: [String], actor: String, output: WallOutput
  ) async throws -> ExitStatus {
    throw notYet("provision")
  }

  static func demo(_ plan: DemoPlan, output: WallOutput) async throws -> ExitStatus { throw notYet("demo") }

  /// Until the task is cancelled.
  static func simulateHubs(count: Int, seed: UInt64) async throws -> ExitStatus {
    throw notYet("simulate hubs")
  }

  /// Drains the outbox under the ledger's lock; how many entries are left.
  static func sync(_ settings: StationSettings, within limit: Duration) async throws -> Int {
    throw notYet("sync")
  }

  private static func notYet(_ verb: String) -> CommandError {
    CommandError(.unavailable, code: "not-built", "`station \(verb)` is not part of this build.")
  }
}
