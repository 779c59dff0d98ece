import Foundation

extension StationProgram {
  /// Drains the outbox under the ledger's lock, and ships the record.
  ///
  /// - Returns: how many entries are left, parked ones included.
  static func sync(
    _ settings: StationSettings, within limit: Duration, progress: @escaping @Sendable (CourierStatus) -> Void
  ) async throws -> Int {
    StationLog.start(settings.log, wallIsLive: false)
    let station = try await LiveStation.open(settings)
    do {
      let left = try await left(station, within: limit, progress: progress)
      try await station.close(reason: "synchronised")
      return left
    } catch {
      try? await station.close(reason: "failed: \(Printable.text(String(describing: error)))")
      throw error
    }
  }

  private static func left(
    _ station: LiveStation, within limit: Duration, progress: @escaping @Sendable (CourierStatus) -> Void
  ) async throws(Fault) -> Int {
    let telling = Task {
      while !Task.isCancelled, let status = try? await station.courier.status() {
        progress(status)
        do { try await station.clock.sleep(for: .seconds(1)) } catch { return }
      }
    }
    defer { telling.cancel() }
    let status = try await station.courier.drainOnce(within: limit)
    _ = try await station.shipper?.flush()
    return status.unsettled + status.parked
  }
}
