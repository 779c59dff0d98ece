/// What the courier is doing, for `station status` and the wall.
struct CourierStatus: Sendable {
  struct LaneStatus: Sendable, Hashable {
    enum Word: String, Sendable, Codable {
      case open, stopped, offline
    }
    var word: Word
    /// Why it is not open, and since when.
    var fault: Fault?
    var since: Timestamp?
    /// Until the next single probe, while it is not open.
    var nextProbe: Duration?
  }

  /// Entries per state, from the ledger.
  var counts: [OutboxEntry.State: Int]
  /// Of those, the ones that wait for their hub to come online: not backlog.
  var waitingForHub: Int
  var lanes: [Lane: LaneStatus]
  /// Entries settled per second, over the last minute.
  var perSecond: Double
  /// Until the backlog is gone at that rate; nil while it does not shrink.
  var timeLeft: Duration?
  /// When the oldest due entry was owed.
  var oldest: Timestamp?
  /// Why entries in memory are not done, with how many each.
  var faults: [FaultCode: Int]
  /// Calls that are out.
  var inFlight: Int

  /// Entries that this station still has to bring to the cloud by itself.
  var backlog: Int { max(0, unsettled - waitingForHub) }
  /// The same with those that wait for their hub.
  var unsettled: Int { (counts[.owed] ?? 0) + (counts[.sending] ?? 0) }
  var parked: Int { counts[.parked] ?? 0 }
}

extension Courier {
  func status() async throws(Fault) -> CourierStatus {
    let counts = try await outbox.outboxCounts()
    let oldest = try await outbox.dueEntries(after: 0, limit: 1, now: clock.now()).first?.since
    let now = clock.uptime()
    let perSecond = state.rate.perSecond(now: now)
    var status = CourierStatus(
      counts: counts, waitingForHub: state.waitingForHub,
      lanes: state.lanes.mapValues { Self.describe($0, now: now) }, perSecond: perSecond, oldest: oldest,
      faults: state.tracks.values.reduce(into: [:]) { faults, track in
        if let code = track.fault?.code { faults[code, default: 0] += 1 }
      }, inFlight: state.out)
    if perSecond > 0, status.backlog > 0 {
      status.timeLeft = .seconds((Double(status.backlog) / perSecond).rounded(.up))
    }
    return status
  }

  private static func describe(_ lane: LaneState, now: Duration) -> CourierStatus.LaneStatus {
    .init(
      word: lane.isOpen ? .open : lane.isStopped ? .stopped : .offline, fault: lane.fault, since: lane.since,
      nextProbe: lane.isOpen ? nil : max(.zero, lane.nextProbe - now))
  }
}
