/// The courier's whole reasoning, as a value without I/O: events in, steps and rows out. `Courier` is the loop that
/// obeys it.
///
/// Order per unit is the ledger's: it lists an entry as due only when the unit has no earlier unfinished one, and the
/// next one is looked for only after the row of the one before is durable.
struct CourierState: Sendable {
  let settings: CourierSettings
  let randomness: any Randomness

  var tracks: [String: EntryTrack] = [:]
  var ready: [EffectKind: OrderedQueue<Int64>] = [:]
  var asleep = OrderedQueue<Duration>()
  /// Apart from the others, because they are not backlog: however many there are, they take no room from it. By kind,
  /// because those whose time has come sleep on while their kind has enough to ask.
  var asleepForHub: [EffectKind: OrderedQueue<Duration>] = [:]
  var window = OutboxWindow()
  var limiter: RateLimiter
  var lanes: [Lane: LaneState]
  var rate = SendingRate()
  var out = 0
  /// Of those, the questions to hubs.
  var questions: Set<String> = []
  /// Calls out or rows being written.
  var busy = 0
  var nextRescan: Duration
  var nextWholeRescan: Duration
  private var looksForOverdue = false
  /// No new calls.
  var isStopping = false
  /// What `recorded` does when the row of an entry is durable.
  var afterRecord: [String: AfterRecord] = [:]
  /// Entries that the outbox listed as due once more while their end was written: released again, or an old page.
  var seenAtItsEnd: Set<String> = []
  private var versionsAsked: Set<Lane> = []

  enum AfterRecord: Sendable {
    case forget
    case requeue(sleepUntil: Duration?)
  }

  init(settings: CourierSettings, randomness: any Randomness, now: Duration) {
    self.settings = settings
    self.randomness = randomness
    limiter = RateLimiter(callsPerSecond: settings.callsPerSecond, byKind: settings.callsPerSecondByKind)
    lanes = Dictionary(uniqueKeysWithValues: Lane.allCases.map { ($0, LaneState(settings: settings)) })
    nextRescan = now + settings.rescan
    nextWholeRescan = now + settings.wholeRescan
  }

  // MARK: Events from outside

  /// New entries were owed.
  mutating func wake() { window.moreMayFollow() }

  /// Parked entries were released, or given up: entries anywhere may be due again.
  mutating func lookAgain() { window.startOver() }

  mutating func scanned(_ page: [OutboxEntry], after start: Int64, limit: Int) {
    var window = window
    window.scanned(page, after: start, limit: limit) { takeIn($0) }
    self.window = window
  }

  /// Behind the frontier or not. One without room comes again at the next look.
  mutating func overdue(_ page: [OutboxEntry]) {
    for entry in page { _ = takeIn(entry) }
  }

  /// An entry is over; `due` is what is due of its subject now. The scan may have seen it while it was kept waiting, and
  /// does not come back for it.
  mutating func follow(_ due: [OutboxEntry]) {
    // Behind the frontier nothing is missed by leaving it: the scan comes to it.
    for entry in due where entry.sequence <= window.frontier || window.atEnd {
      if !takeIn(entry) { window.pass(over: entry.intent.kind, entry.sequence) }
    }
  }

  mutating func credentials(_ lane: Lane, version: String?, now: Duration) {
    versionsAsked.remove(lane)
    if var state = lanes[lane] {
      _ = state.credentials(version: version, now: now)
      lanes[lane] = state
    }
  }

  /// The network is known to be back (for example: an interface came up).
  mutating func networkBack(_ lane: Lane, now: Duration) {
    lanes[lane]?.networkBack(now: now)
    wakeSleepers(of: lane)
  }

  // MARK: What next

  mutating func next(now: Duration) -> CourierStep {
    rouse(now: now)
    if now >= nextRescan {
      nextRescan = now + settings.rescan
      if now >= nextWholeRescan {
        nextWholeRescan = now + settings.wholeRescan
        window.startOver()
      } else {
        window.moreMayFollow()
      }
      looksForOverdue = true
    }
    guard !isStopping else { return .wait(until: nextRescan) }
    for lane in Lane.allCases where isVersionDue(lane, now: now) {
      versionsAsked.insert(lane)
      return .askVersion(lane)
    }
    if looksForOverdue {
      looksForOverdue = false
      return .scanOverdue(limit: settings.pageSize)
    }
    if let start = window.scanStart(kindsWithRoom: kindsWithRoom()) {
      window.readBegins()
      return .scan(after: start, limit: settings.pageSize)
    }
    if out < settings.inFlight, let track = choose(now: now) { return .send(start(track, now: now)) }
    return .wait(until: nextMoment(now: now))
  }

  private func isVersionDue(_ lane: Lane, now: Duration) -> Bool {
    guard let state = lanes[lane], state.isStopped, !versionsAsked.contains(lane) else { return false }
    return now >= state.nextVersionCheck
  }

  /// The next entry to send: of all kinds that may go, the one that was owed first.
  private func choose(now: Duration) -> EntryTrack? {
    var best: EntryTrack?
    for (kind, queue) in ready where hasPlace(kind) && limiter.readyAt(kind) <= now {
      guard let lane = lanes[kind.lane] else { continue }
      let candidate: String?
      if lane.isOpen {
        // A silent hub is asked again after those that were asked less often.
        candidate = kind.lane == .hubs ? leastTried(queue) : queue.first?.entry
      } else {
        guard lane.probing == nil, now >= lane.nextProbe else { continue }
        candidate = probe(of: kind, queue, lane)
      }
      guard let track = candidate.flatMap({ tracks[$0] }) else { continue }
      if track.sequence < best?.sequence ?? .max { best = track }
    }
    return best
  }

  private func probe(of kind: EffectKind, _ queue: OrderedQueue<Int64>, _ lane: LaneState) -> String? {
    if let witness = lane.witness, ready[witness.kind]?.isEmpty == false {
      // The right may be missing for one kind of call only: another kind that gets through would prove nothing.
      guard kind == witness.kind else { return nil }
      return queue.places.first { $0.entry == witness.entry }?.entry ?? queue.first?.entry
    }
    guard lane.prefersFreshProbe else { return queue.first?.entry }
    return leastTried(queue)
  }

  private func leastTried(_ queue: OrderedQueue<Int64>) -> String? {
    queue.places.min {
      (tracks[$0.entry]?.attempts ?? 0, $0.key) < (tracks[$1.entry]?.attempts ?? 0, $1.key)
    }?.entry
  }

  private func hasPlace(_ kind: EffectKind) -> Bool {
    kind.lane != .hubs || questions.count < settings.questionsInFlight
  }

  private mutating func start(_ track: EntryTrack, now: Duration) -> CourierStep.Sending {
    ready[track.kind]?.remove(track.entry, at: track.sequence)
    tracks[track.entry]?.place = .out
    tracks[track.entry]?.started = now
    out += 1
    if track.kind.lane == .hubs { questions.insert(track.entry) }
    busy += 1
    limiter.take(track.kind, now: now)
    if lanes[track.kind.lane]?.isOpen == false { lanes[track.kind.lane]?.probeStarted(track.entry) }
    return .init(
      entry: track.entry, sequence: track.sequence, kind: track.kind, probeFirst: track.effectPossible)
  }

  private func nextMoment(now: Duration) -> Duration {
    var moment = nextRescan
    if let first = asleep.first { moment = min(moment, first.key) }
    for queue in asleepForHub.values {
      // One whose time has come waits for a place, which comes with the end of a call.
      if let first = queue.first, first.key > now { moment = min(moment, first.key) }
    }
    for (lane, state) in lanes where state.isStopped && !versionsAsked.contains(lane) {
      moment = min(moment, state.nextVersionCheck)
    }
    guard out < settings.inFlight else { return moment }
    for (kind, queue) in ready where !queue.isEmpty && hasPlace(kind) {
      guard let lane = lanes[kind.lane] else { continue }
      if lane.isOpen {
        moment = min(moment, limiter.readyAt(kind))
      } else if lane.probing == nil, probe(of: kind, queue, lane) != nil {
        moment = min(moment, max(lane.nextProbe, limiter.readyAt(kind)))
      }
    }
    return moment
  }
}
