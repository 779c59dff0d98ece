/// Which entries are kept in memory, and where they are.
extension CourierState {
  /// - Returns: false when there is no room for it.
  mutating func takeIn(_ entry: OutboxEntry) -> Bool {
    guard tracks[entry.intent.entry] == nil else {
      if isOver(entry.intent.entry) { seenAtItsEnd.insert(entry.intent.entry) }
      return true
    }
    let track = EntryTrack(entry)
    if track.waitsForHub {
      tracks[track.entry] = track
      putToSleep(track.entry, until: .zero)
      return true
    }
    guard hasRoom(track.kind) else { return false }
    tracks[track.entry] = track
    ready[track.kind, default: OrderedQueue()].insert(track.entry, at: track.sequence)
    return true
  }

  func hasRoom(_ kind: EffectKind) -> Bool {
    asleep.count < settings.asleepLimit && (ready[kind]?.count ?? 0) < settings.readyPerKind
  }

  /// Kinds that are worth a read: half of their room is empty, so that a page is not read for every single entry. A
  /// lane that is not open needs no more than something to probe with.
  func kindsWithRoom() -> Set<EffectKind> {
    guard asleep.count < settings.asleepLimit else { return [] }
    return Set(
      EffectKind.allCases.filter { kind in
        let count = ready[kind]?.count ?? 0
        return lanes[kind.lane]?.isOpen == true ? count <= settings.readyPerKind / 2 : count == 0
      })
  }

  /// Sleepers whose time has come are ready.
  mutating func rouse(now: Duration) {
    while let first = asleep.first, first.key <= now {
      _ = asleep.removeFirst()
      makeReady(first.entry)
    }
    for kind in asleepForHub.keys {
      // Some stay asleep, however many hubs are silent: a new question finds room.
      while (ready[kind]?.count ?? 0) < settings.readyForHub, let first = asleepForHub[kind]?.first,
        first.key <= now
      {
        _ = asleepForHub[kind]?.removeFirst()
        makeReady(first.entry)
      }
    }
  }

  /// The network is back: those that wait only for it need not sleep to the end. A server's own Retry-After stands.
  mutating func wakeSleepers(of lane: Lane) {
    let sleepers = asleep.places.filter { place in
      guard let track = tracks[place.entry], track.kind.lane == lane else { return false }
      return track.fault?.disposition == .waitForNetwork && track.fault?.retryAfter == nil
    }
    for sleeper in sleepers {
      asleep.remove(sleeper.entry, at: sleeper.key)
      makeReady(sleeper.entry)
    }
  }

  mutating func makeReady(_ entry: String) {
    guard let track = tracks[entry] else { return }
    tracks[entry]?.place = .ready
    ready[track.kind, default: OrderedQueue()].insert(entry, at: track.sequence)
  }

  mutating func putToSleep(_ entry: String, until moment: Duration) {
    guard let track = tracks[entry] else { return }
    tracks[entry]?.place = .asleep(until: moment)
    if track.waitsForHub {
      asleepForHub[track.kind, default: OrderedQueue()].insert(entry, at: moment)
      if asleepForHub.values.reduce(0, { $0 + $1.count }) > settings.asleepForHubLimit { forgetOne() }
    } else {
      asleep.insert(entry, at: moment)
    }
  }

  /// One of those that wait for their hub, drawn, is left to the next look through the outbox: whichever order were
  /// kept, some of them would never be tried.
  private mutating func forgetOne() {
    var number =
      randomness.bytes(4).reduce(0) { $0 << 8 | Int($1) } % asleepForHub.values.reduce(0) { $0 + $1.count }
    for kind in EffectKind.allCases {
      guard let queue = asleepForHub[kind] else { continue }
      if number < queue.count {
        let place = queue.places[number]
        asleepForHub[kind]?.remove(place.entry, at: place.key)
        tracks[place.entry] = nil
        return
      }
      number -= queue.count
    }
  }

  /// Entries that the outbox still has, apart from those that wait for their hub.
  var tracked: Int { tracks.values.count { !$0.waitsForHub } }

  var waitingForHub: Int { tracks.values.count { $0.waitsForHub } }

  /// Nothing that this station could do now is left: everything is settled, waits for its hub, or stands in a lane
  /// that is stopped.
  func nothingMoves(now: Duration) -> Bool {
    busy == 0 && window.scanStart(kindsWithRoom: kindsWithRoom()) == nil
      && tracks.values.allSatisfy { $0.sleepsForHub(after: now) || lanes[$0.kind.lane]?.isStopped == true }
  }
}
