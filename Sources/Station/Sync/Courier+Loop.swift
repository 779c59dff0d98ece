import Logging

extension Courier {
  /// What a child task of the loop came back with.
  enum Signal: Sendable {
    case ended(entry: String, SendingEnd)
    /// - due: what is due of the entry's subject, if it is over.
    case recorded(entry: String, due: [OutboxEntry])
    case recordFailed(Fault)
    case version(Lane, String?)
    case alarm(Duration)
    case rung
  }

  /// - Parameter deadline: nil: until stopped; else until drained or until that point of the uptime.
  func work(untilDrained deadline: Duration?) async throws(Fault) {
    guard !isRunning else { throw Fault(.ledgerLocked, ["cause": "the courier is at work already"]) }
    begin()
    var failure: Fault?
    await withTaskGroup(of: Signal.self) { group in
      listen(&group)
      for lane in Lane.allCases { askVersion(lane, &group) }
      failure = await loop(&group, untilDrained: deadline)
      group.cancelAll()
      ring()
      // What ended well before the cancellation is still written down by its own child task, or is left to be probed.
      await group.waitForAll()
    }
    finish()
    if let failure { throw failure }
  }

  private func loop(_ group: inout TaskGroup<Signal>, untilDrained deadline: Duration?) async -> Fault? {
    while !Task.isCancelled {
      let now = clock.uptime()
      if let stopDeadline, state.busy == 0 || now >= stopDeadline { return nil }
      if let deadline, now >= deadline || state.nothingMoves(now: now) && versionsKnown { return nil }
      switch state.next(now: now) {
      case .send(let sending):
        let attempt = attempt
        child(&group) { .ended(entry: sending.entry, await attempt.perform(sending)) }
      case .scan(let start, let limit):
        do throws(Fault) {
          state.scanned(
            try await outbox.dueEntries(after: start, limit: limit, now: clock.now()), after: start,
            limit: limit)
        } catch { return Task.isCancelled ? nil : error }
      case .scanOverdue(let limit):
        do throws(Fault) {
          state.overdue(try await outbox.overdueEntries(limit: limit, now: clock.now()))
        } catch { return Task.isCancelled ? nil : error }
      case .askVersion(let lane):
        askVersion(lane, &group)
      case .wait(let until):
        setAlarm(min(until, stopDeadline ?? until, deadline ?? until), &group)
        isResting = true
        turn += 1
        let signal = await group.next()
        isResting = false
        if let signal, let fault = handle(signal, &group) { return fault }
      }
    }
    return nil
  }

  private func handle(_ signal: Signal, _ group: inout TaskGroup<Signal>) -> Fault? {
    let now = clock.uptime()
    switch signal {
    case .rung:
      listen(&group)
    case .alarm(let moment):
      alarms.remove(moment)
    case .version(let lane, let version):
      working -= 1
      versionsToLearn.remove(lane)
      report(lane) { $0.credentials(lane, version: version, now: now) }
    case .ended(let entry, let end):
      working -= 1
      let lane = state.tracks[entry]?.kind.lane
      var rows: [JournalDraft] = []
      report(lane) { rows = $0.ended(entry, end, now: now, wall: clock.now()) }
      if case .ledgerFailed(let fault) = end { return fault }
      if state.afterRecord[entry] != nil { record(rows, of: entry, &group) }
    case .recorded(let entry, let due):
      working -= 1
      state.recorded(entry)
      state.follow(due)
    case .recordFailed(let fault):
      working -= 1
      return fault
    }
    return nil
  }

  /// Writes the rows, and looks for what the entry kept waiting if it is over.
  private func record(_ rows: [JournalDraft], of entry: String, _ group: inout TaskGroup<Signal>) {
    let journal = journal
    let outbox = outbox
    let now = clock.now()
    let limit = state.isOver(entry) ? state.settings.pageSize : nil
    let parks = rows.contains { if case .parked = $0.entry { true } else { false } }
    child(&group) {
      do throws(Fault) {
        let request = AppendRequest(rows, unfinished: parks ? entry : nil)
        if !rows.isEmpty { _ = try await journal.append(request) }
      } catch {
        // Given up or superseded while its call was out: nobody could release it, so its unit is not put on hold.
        guard parks, error.code == .headMoved else { return .recordFailed(error) }
      }
      guard let limit else { return .recorded(entry: entry, due: []) }
      do throws(Fault) {
        return .recorded(
          entry: entry, due: try await outbox.dueEntries(ofSubjectOf: entry, limit: limit, now: now))
      } catch { return .recordFailed(error) }
    }
  }

  private func child(_ group: inout TaskGroup<Signal>, _ work: @escaping @Sendable () async -> Signal) {
    working += 1
    group.addTask { await work() }
  }

  private func listen(_ group: inout TaskGroup<Signal>) {
    group.addTask {
      await self.bell()
      return .rung
    }
  }

  private func askVersion(_ lane: Lane, _ group: inout TaskGroup<Signal>) {
    let credentialVersion = credentialVersion
    child(&group) { .version(lane, await credentialVersion(lane)) }
  }

  private func setAlarm(_ moment: Duration, _ group: inout TaskGroup<Signal>) {
    if let earliest = alarms.min(), earliest <= moment { return }
    alarms.insert(moment)
    let clock = clock
    let wait = moment - clock.uptime()
    group.addTask {
      // Cancelled: the loop is at its end anyway.
      try? await clock.sleep(for: max(wait, .zero))
      return .alarm(moment)
    }
  }

  /// Says in the log, once, when a lane stops, goes offline or opens.
  private func report(_ lane: Lane?, _ event: (inout CourierState) -> Void) {
    let before = lane.flatMap { state.lanes[$0]?.isOpen }
    event(&state)
    guard let lane, let after = state.lanes[lane], before != after.isOpen else { return }
    if let fault = after.fault {
      logger.warning(
        "lane \(after.isStopped ? "stopped" : "offline")",
        metadata: ["lane": "\(lane.rawValue)", "fault": "\(fault.code.rawValue)"])
    } else {
      logger.info("lane open", metadata: ["lane": "\(lane.rawValue)"])
    }
  }

  /// A fresh start: what the last run remembered may have been settled by another since. What it left is kept until
  /// then, for `status`.
  private func begin() {
    isRunning = true
    isRung = false
    working = 0
    alarms = []
    versionsToLearn = Set(Lane.allCases)
    state = CourierState(settings: state.settings, randomness: state.randomness, now: clock.uptime())
  }

  private func finish() {
    isRunning = false
    stopDeadline = nil
    for waiter in stopWaiters { waiter.resume() }
    stopWaiters = []
  }
}
