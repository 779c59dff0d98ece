import Logging

/// Drains the outbox: the loop that obeys `CourierState`.
///
/// One courier per ledger (the holder of the ledger's lock). It may die at any point: an entry is begun in the journal
/// before its first call, so the next courier probes before it calls again.
///
/// All its work is child tasks of `run`, so that an executor preference reaches them and nothing outlives it.
actor Courier {
  nonisolated let journal: any Journaling
  nonisolated let outbox: any OutboxReading
  nonisolated let clock: any StationClock
  let attempt: SendingAttempt
  let credentialVersion: @Sendable (Lane) async -> String?
  let logger: Logger
  var state: CourierState

  /// Points of the uptime at which a child task will wake the loop. They cannot be taken back one by one, so a new one
  /// is set only when it is earlier than all that are.
  var alarms: Set<Duration> = []
  /// The child task that `wake` resumes, and whether it was called while there was none.
  var bellWaiter: CheckedContinuation<Void, Never>?
  var isRung = false
  /// Child tasks other than the alarms and the bell.
  var working = 0
  /// The loop waits for a child task to end.
  var isResting = false
  /// How often it has.
  var turn = 0
  var isRunning = false
  /// Lanes whose credentials were not asked for yet since the start.
  var versionsToLearn = Set(Lane.allCases)
  var versionsKnown: Bool { versionsToLearn.isEmpty }
  var stopDeadline: Duration?
  var isStopping: Bool { stopDeadline != nil }
  var stopWaiters: [CheckedContinuation<Void, Never>] = []

  /// - Parameters:
  ///   - effects: the clients of all lanes; each bounds its calls in time.
  ///   - credentialVersion: changes whenever the lane's credentials do (for example a digest of the key id and the
  ///     file's time); nil when there are none. Asked at the start, and every few seconds while the lane is stopped.
  init(
    journal: any Journaling, outbox: any OutboxReading, effects: any CloudEffect,
    clock: any StationClock = SystemClock(), randomness: any Randomness = SystemRandomness(),
    settings: CourierSettings = CourierSettings(), logger: Logger = Logger(label: "courier"),
    credentialVersion: @escaping @Sendable (Lane) async -> String?
  ) {
    self.journal = journal
    self.outbox = outbox
    self.clock = clock
    self.credentialVersion = credentialVersion
    self.logger = logger
    attempt = SendingAttempt(journal: journal, outbox: outbox, effects: effects, clock: clock)
    state = CourierState(settings: settings, randomness: randomness, now: clock.uptime())
  }

  /// Works until `stop`, or until the task is cancelled, which is as good as a power cut: calls that are out are left
  /// to be probed.
  ///
  /// - Throws: the ledger's fault, when it can no longer be read or written; the line must stop then.
  func run() async throws(Fault) { try await work(untilDrained: nil) }

  /// Works until nothing is left that this station could do now, or until `limit` has passed. Where `run` is at work
  /// already, it is woken and waited for.
  ///
  /// - Returns: what is left.
  func drainOnce(within limit: Duration) async throws(Fault) -> CourierStatus {
    let deadline = clock.uptime() + limit
    guard isRunning else {
      try await work(untilDrained: deadline)
      return try await status()
    }
    wake()
    while isRunning, !state.nothingMoves(now: clock.uptime()), clock.uptime() < deadline {
      do { try await clock.sleep(for: .milliseconds(100)) } catch { break }
    }
    return try await status()
  }

  /// New entries were owed: they are looked for at once.
  func wake() {
    state.wake()
    ring()
  }

  /// A unit is no longer on hold: what waited for that may lie anywhere.
  func holdLifted() {
    state.lookAgain()
    ring()
  }

  /// The network is known to be back; also noticed without this, by the lanes' probes.
  func networkBack() {
    for lane in Lane.allCases { state.networkBack(lane, now: clock.uptime()) }
    ring()
  }

  /// Begins no new calls, waits for those that are out, and cancels what is still out after `limit`.
  func stop(within limit: Duration) async {
    guard isRunning else { return }
    state.isStopping = true
    stopDeadline = clock.uptime() + limit
    ring()
    await withCheckedContinuation { stopWaiters.append($0) }
  }

  /// Carries out what a person decided: parked entries go back to work, are sent once more, or are given up.
  ///
  /// - Returns: the entries decided; with `dryRun` those that would be.
  func decide(
    _ decision: OutboxDecision, _ filter: ParkedFilter, reason: String, actor: String, dryRun: Bool
  ) async throws(Fault) -> [OutboxEntry] {
    let decided = try await OutboxRelease(journal: journal, outbox: outbox)
      .decide(decision, filter, reason: reason, actor: actor, dryRun: dryRun)
    if !dryRun, !decided.isEmpty {
      state.lookAgain()
      ring()
    }
    return decided
  }

  /// For simulated time: how many child tasks work and how many alarms are set, while the loop has nothing to do but
  /// wait for one of them, and for the so-and-so-manieth time; nil while it is on the move itself.
  var rest: (working: Int, alarms: Int, turn: Int)? {
    isResting && bellWaiter != nil && !isRung ? (working, alarms.count, turn) : nil
  }

  /// Entries in memory.
  var remembered: Int { state.tracks.count }

  func ring() {
    if let waiter = bellWaiter {
      bellWaiter = nil
      waiter.resume()
    } else {
      isRung = true
    }
  }

  func bell() async {
    if isRung {
      isRung = false
      return
    }
    await withCheckedContinuation { bellWaiter = $0 }
  }
}
