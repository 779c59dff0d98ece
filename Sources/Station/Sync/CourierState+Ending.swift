/// What the end of a call means: for the entry, its kind, its lane, and the journal.
extension CourierState {
  /// - Returns: the rows to write in one transaction. Where `afterRecord` has the entry, `recorded` must follow, rows or
  ///   not.
  mutating func ended(_ entry: String, _ end: SendingEnd, now: Duration, wall: Timestamp) -> [JournalDraft] {
    out -= 1
    questions.remove(entry)
    guard var track = tracks[entry] else {
      busy -= 1
      return []
    }
    var rows: [JournalDraft] = []
    var sleepUntil: Duration?
    var isOver = false
    switch end {
    case .done(let evidence):
      limiter.succeeded(track.kind)
      rate.settled(now: now)
      reached(track) { $0.answered(entry) }
      rows = [draft(track, .settled(entry: entry, evidence))]
      isOver = true
    case .missed:
      reached(track) { $0.answered(entry) }
      // Begun by a station that died: its connections were closed before this search began.
      var search = track.search ?? LostCallSearch(closed: track.started)
      switch search.missed(began: track.started) {
      case .searchAgain(let moment): sleepUntil = moment
      case .unknown where track.kind.afterLostCall == .searchFirst: track.effectPossible = false
      case .unknown:
        rows = parking(track, Fault(.keyUnknown, ["subject": track.subject]))
        isOver = true
      }
      track.search = search
    case .failed(let fault, let effectPossible):
      // A search that fails says nothing of the call that it looks for.
      if effectPossible, !track.effectPossible { track.search = LostCallSearch(closed: now) }
      track.effectPossible = effectPossible
      track.fault = fault
      if let wish = fault.retryAfter {
        limiter.pause(track.kind, until: now + min(wish, RetrySchedule.longestRetryAfter))
      }
      switch fault.disposition {
      case .setAside:
        reached(track) { $0.answered(entry) }
        rows = parking(track, fault)
        isOver = true
      case .retryNow:
        if fault.code == .throttled { limiter.throttled(track.kind, now: now) }
        reached(track) { $0.reached(entry, now: now) }
        sleepUntil = backOff(&track, settings.retry, fault, now: now)
        rows = delaying(&track, fault)
      case .waitForNetwork:
        let random = randomness
        _ = lanes[track.kind.lane]?.failed(fault, entry: entry, now: now, wall: wall, randomness: random)
        sleepUntil = backOff(&track, settings.retry, fault, now: now)
        // In an offline lane the lane's probes are the back-off: every entry stays ready for the moment it opens.
        if lanes[track.kind.lane]?.isOpen == false, fault.retryAfter == nil { sleepUntil = nil }
        rows = delaying(&track, fault)
      case .waitForHub:
        reached(track) { $0.answered(entry) }
        let since = track.waitingForHubSince ?? wall
        track.waitingForHubSince = since
        var waiting = fault
        waiting.values[EntryTrack.waitingSinceKey] = since.description
        if let end = track.givesUpAt, wall >= end {
          rows = [draft(track, .givenUp(entry: entry, reason: fault.code.rawValue))]
          isOver = true
        } else if wall >= since.advanced(by: settings.hubDeadline) {
          rows = parking(track, waiting)
          isOver = true
        } else {
          sleepUntil = backOff(&track, settings.hubRetry, fault, now: now)
          rows = delaying(&track, waiting)
        }
      case .stopTheLine:
        // The lane's trouble, not the entry's: one row for the one that met it first, none for the others in flight,
        // and no back-off, so that all are ready when the lane opens.
        let isNew = lanes[track.kind.lane]?
          .refused(fault, entry: entry, kind: track.kind, now: now, wall: wall)
        if isNew == true { rows = delaying(&track, fault) }
      }
    case .vanished:
      lanes[track.kind.lane]?.probeLost(entry)
      // What it kept waiting is looked for, as if it had come to its end here.
      tracks[entry]?.place = .recording
      afterRecord[entry] = .forget
      return []
    case .abandoned, .ledgerFailed:
      lanes[track.kind.lane]?.probeLost(entry)
      // Whatever the call did, its end is unknown.
      track.effectPossible = true
    }
    place(track, isOver: isOver, hasRows: !rows.isEmpty, sleepUntil: sleepUntil)
    return rows
  }

  /// The entry will not be sent any more.
  func isOver(_ entry: String) -> Bool { if case .forget = afterRecord[entry] { true } else { false } }

  /// The rows of an entry are durable.
  mutating func recorded(_ entry: String) {
    busy -= 1
    switch afterRecord.removeValue(forKey: entry) {
    case .forget:
      if let track = tracks.removeValue(forKey: entry), seenAtItsEnd.remove(entry) != nil {
        window.pass(over: track.kind, track.sequence)
      }
    case .requeue(let moment): requeue(entry, sleepUntil: moment)
    case nil: break
    }
  }

  private mutating func place(_ track: EntryTrack, isOver: Bool, hasRows: Bool, sleepUntil: Duration?) {
    tracks[track.entry] = track
    guard hasRows else {
      busy -= 1
      requeue(track.entry, sleepUntil: sleepUntil)
      return
    }
    // The next try waits for the row of this one: rows of one entry must be in the order of what happened.
    tracks[track.entry]?.place = .recording
    afterRecord[track.entry] = isOver ? .forget : .requeue(sleepUntil: sleepUntil)
  }

  private mutating func requeue(_ entry: String, sleepUntil: Duration?) {
    if let sleepUntil { putToSleep(entry, until: sleepUntil) } else { makeReady(entry) }
  }

  private mutating func reached(_ track: EntryTrack, _ event: (inout LaneState) -> Bool) {
    guard var lane = lanes[track.kind.lane] else { return }
    let wasOffline = lane.isOffline
    let opened = event(&lane)
    lanes[track.kind.lane] = lane
    if opened && wasOffline { wakeSleepers(of: track.kind.lane) }
  }

  private func backOff(_ track: inout EntryTrack, _ schedule: RetrySchedule, _ fault: Fault, now: Duration)
    -> Duration
  {
    track.attempts += 1
    return now
      + schedule.delay(attempt: track.attempts, retryAfter: fault.retryAfter, randomness: randomness)
  }

  /// A row only for a class of faults that the entry has no row for yet (see `EntryTrack.reported`). While it waits for
  /// its hub its row says so, and since when: a network that is away for a moment does not take the place of that.
  private func delaying(_ track: inout EntryTrack, _ fault: Fault) -> [JournalDraft] {
    guard fault.disposition == .waitForHub || !track.waitsForHub else { return [] }
    guard track.reported.insert(fault.disposition).inserted else { return [] }
    return [draft(track, .delayed(entry: track.entry, fault))]
  }

  /// Parked and on hold in one transaction: there is no moment at which the unit could be shipped.
  private func parking(_ track: EntryTrack, _ fault: Fault) -> [JournalDraft] {
    let parked = draft(track, .parked(entry: track.entry, fault))
    return track.hub == nil ? [parked] : [parked, draft(track, .held(fault))]
  }

  private func draft(_ track: EntryTrack, _ entry: JournalEntry) -> JournalDraft {
    JournalDraft(hub: track.hub, entry: entry)
  }
}
