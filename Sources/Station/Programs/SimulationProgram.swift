extension StationProgram {
  /// Until the task is cancelled.
  static func simulateHubs(count: Int, firstSerial: Int, seed: UInt64, folder: String?) async throws
    -> ExitStatus
  {
    try await ShellHubRow.run(count: count, firstSerial: firstSerial, seed: seed, folder: folder)
    return .done
  }
}
