import Testing

@testable import Station

@Suite("Parts of the courier")
struct CourierPartsTests {
  @Test func `back-off doubles up to its cap and jitter stays within it`() {
    let schedule = RetrySchedule()
    let most = ConstantRandomness(byte: 255)
    let least = ConstantRandomness(byte: 0)
    for (attempt, ceiling) in [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (8, 60), (1_000, 60)] {
      let longest = schedule.delay(attempt: attempt, randomness: most)
      #expect(longest < .seconds(ceiling) && longest > .seconds(ceiling) * 0.99)
      #expect(schedule.delay(attempt: attempt, randomness: least) == .zero)
    }
    let random = CourierRandomness(seed: 1)
    let waits = (0..<10_000).map { _ in schedule.delay(attempt: 5, randomness: random) }
    #expect(waits.allSatisfy { $0 >= .zero && $0 <= .seconds(16) })
    let mean = waits.reduce(.zero, +) / 10_000
    #expect(mean > .seconds(7.6) && mean < .seconds(8.4))
  }

  @Test func `Retry-After is obeyed as a minimum and capped at an hour`() {
    let schedule = RetrySchedule()
    let least = ConstantRandomness(byte: 0)
    #expect(schedule.delay(attempt: 1, retryAfter: .seconds(120), randomness: least) == .seconds(120))
    #expect(schedule.delay(attempt: 1, retryAfter: .seconds(999_999), randomness: least) == .seconds(3_600))
    #expect(schedule.delay(attempt: 1, retryAfter: .seconds(-5), randomness: least) == .zero)
    let most = ConstantRandomness(byte: 255)
    #expect(schedule.delay(attempt: 9, retryAfter: .seconds(2), randomness: most) > .seconds(59))
  }

  @Test func `a throttled kind halves its rate once per burst and wins it back slowly`() {
    var limiter = RateLimiter(callsPerSecond: 8, byKind: [.attachPolicy: 2])
    for _ in 0..<16 { limiter.throttled(.createThing, now: .seconds(1)) }
    #expect(limiter[.createThing].rate == 4)
    limiter.throttled(.createThing, now: .seconds(3))
    #expect(limiter[.createThing].rate == 2)
    #expect(limiter[.attachPolicy].rate == 2)
    for _ in 0..<36 { limiter.succeeded(.createThing) }
    #expect(limiter[.createThing].rate < 8)
    for _ in 0..<10 { limiter.succeeded(.createThing) }
    #expect(limiter[.createThing].rate == 8)
    for second in 0..<100 { limiter.throttled(.createThing, now: .seconds(10 + 2 * second)) }
    #expect(limiter[.createThing].rate == RateLimiter.slowest)
  }

  @Test func `idle time is not saved up for a burst`() {
    var limiter = RateLimiter(callsPerSecond: 5)
    limiter.take(.createThing, now: .seconds(1_000))
    #expect(limiter.readyAt(.createThing) == .seconds(1_000) + .milliseconds(200))
  }

  @Test func `a key that was replaced before its refusal arrived opens the lane at once`() {
    var lane = LaneState(settings: CourierSettings())
    func refuse(at now: Duration) -> Bool {
      lane.refused(
        Fault(.credentialsRefused), entry: "e", kind: .createThing, now: now,
        wall: Timestamp(milliseconds: 0))
    }
    let learned = lane.credentials(version: "old", now: .zero)
    // Replaced and even asked for while the lane is open; then the refusal of the old one comes in.
    let noticed = lane.credentials(version: "new", now: .seconds(1))
    let stopped = refuse(at: .seconds(2))
    #expect(!learned && !noticed && stopped)
    #expect(lane.nextVersionCheck == .seconds(2))
    let opened = lane.credentials(version: "new", now: .seconds(2))
    #expect(opened && lane.isOpen)
    // Refused again: now the new one is known to be bad.
    let stoppedAgain = refuse(at: .seconds(3))
    let openedAgain = lane.credentials(version: "new", now: .seconds(3))
    #expect(stoppedAgain && !openedAgain && lane.isStopped)
  }

  @Test func `calls that were out when a lane stopped do not open it`() {
    var lane = LaneState(settings: CourierSettings())
    _ = lane.refused(
      Fault(.credentialsRefused), entry: "a", kind: .createThing, now: .zero,
      wall: Timestamp(milliseconds: 0))
    let openedByAnother = lane.answered("b")
    #expect(!openedByAnother && lane.isStopped)
    lane.probeStarted("c")
    let openedByProbe = lane.answered("c")
    #expect(openedByProbe && lane.isOpen)
  }

  @Test func `the window reads every entry of a kind that has room, and none twice in a row`() throws {
    // Ten pages of vendor entries, then one of AWS; room for two of each.
    let entries = try (1...110).map { number in
      OutboxEntry(
        intent: OutboxIntent(
          entry: "\(number)",
          effect: Effect(
            number <= 100 ? .provisionHub : .createThing, .sample(try CourierBench.hub(number)))),
        state: .owed, fault: nil, sequence: Int64(number), since: Timestamp(milliseconds: 0))
    }
    var window = OutboxWindow()
    var taken: [EffectKind: [Int64]] = [:]
    var reads = 0
    func read(_ kinds: Set<EffectKind>, room: Int) {
      while let start = window.scanStart(
        kindsWithRoom: kinds.filter { taken[$0]?.count ?? 0 < room }), reads < 1_000
      {
        reads += 1
        let page = Array(entries.filter { $0.sequence > start }.prefix(10))
        window.scanned(page, after: start, limit: 10) { entry in
          let kind = entry.intent.kind
          if taken[kind]?.contains(entry.sequence) == true { return true }
          guard kinds.contains(kind), taken[kind]?.count ?? 0 < room else { return false }
          taken[kind, default: []].append(entry.sequence)
          return true
        }
      }
    }
    read([.provisionHub, .createThing], room: 2)
    #expect(taken == [.provisionHub: [1, 2], .createThing: [101, 102]])
    #expect(reads <= 12)
    // More room for one kind: read from where it was passed over, not from the start.
    reads = 0
    read([.createThing], room: 10)
    #expect(taken[.createThing] == Array(101...110))
    #expect(reads <= 2)
    reads = 0
    read([.provisionHub], room: 100)
    #expect(taken[.provisionHub] == Array(1...100))
    #expect(reads <= 11)
    // What was passed over may have gone on behind the last page: one more read settles it.
    reads = 0
    read([.provisionHub, .createThing], room: 1_000)
    #expect(reads <= 1)
    #expect(window.scanStart(kindsWithRoom: [.provisionHub, .createThing]) == nil)
  }

  /// The page may be older than the word.
  @Test func `a word that comes while a page is read is not lost`() throws {
    var state = CourierState(
      settings: CourierSettings(), randomness: CourierRandomness(seed: 1), now: .zero)
    func read(_ page: [OutboxEntry] = [], meanwhile: (inout CourierState) -> Void = { _ in }) -> Int64? {
      guard case .scan(let start, let limit) = state.next(now: .zero) else { return nil }
      meanwhile(&state)
      state.scanned(page, after: start, limit: limit)
      return start
    }
    let entry = OutboxEntry(
      intent: OutboxIntent(entry: "e", effect: Effect(.createThing, .sample(try CourierBench.hub(1)))),
      state: .owed, fault: nil, sequence: 9, since: Timestamp(milliseconds: 0))
    #expect(read { $0.wake() } == 0)
    #expect(read([entry]) { $0.wake() } == 0)
    #expect(read { $0.lookAgain() } == 9)
    #expect(read([entry]) == 0)
    #expect(read() == nil && state.tracks.count == 1)
  }

  private static func entry(_ kind: EffectKind, sequence: Int64 = 9) throws -> OutboxEntry {
    OutboxEntry(
      intent: OutboxIntent(entry: "e\(sequence)", effect: Effect(kind, .sample(try CourierBench.hub(1)))),
      state: .owed, fault: nil, sequence: sequence, since: Timestamp(milliseconds: 0))
  }

  /// Parked, and released again before the courier has come to forget it.
  @Test func `an entry that is due again while its end is written is read once more`() throws {
    var state = CourierState(
      settings: CourierSettings(), randomness: CourierRandomness(seed: 1), now: .zero)
    let entry = try Self.entry(.createThing)
    guard case .scan(0, let limit) = state.next(now: .zero) else { return #expect(Bool(false)) }
    state.scanned([entry], after: 0, limit: limit)
    guard case .send = state.next(now: .zero) else { return #expect(Bool(false)) }
    let rows = state.ended(
      "e9", .failed(Fault(.thingConflict), effectPossible: false), now: .zero,
      wall: Timestamp(milliseconds: 0))
    #expect(rows.count == 2)
    state.lookAgain()
    guard case .scan(0, _) = state.next(now: .zero) else { return #expect(Bool(false)) }
    state.scanned([entry], after: 0, limit: limit)
    state.recorded("e9")
    state.follow([])
    guard case .scan(8, _) = state.next(now: .zero) else { return #expect(Bool(false)) }
  }

  /// A hub's deadline is fourteen days after its first silence, whatever the network did in between.
  @Test(arguments: [FaultCode.networkTimeout, .serverFailed, .throttled, .credentialsRefused])
  func `what the network does meanwhile is no end of the wait for a hub`(trouble: FaultCode) throws {
    var state = CourierState(
      settings: CourierSettings(), randomness: CourierRandomness(seed: 1), now: .zero)
    let entry = try Self.entry(.claimHub)
    guard case .scan(0, let limit) = state.next(now: .zero) else { return #expect(Bool(false)) }
    state.scanned([entry], after: 0, limit: limit)
    var rows: [JournalDraft] = []
    for (minute, code) in [FaultCode.hubOffline, trouble, .hubOffline].enumerated() {
      let now = Duration.seconds(7_200 * minute)
      var step = state.next(now: now)
      while true {
        if case .scan(let start, let limit) = step {
          state.scanned(start < 9 ? [entry] : [], after: start, limit: limit)
        } else if case .askVersion(let lane) = step {
          state.credentials(lane, version: "key-2", now: now)
        } else if step != .scanOverdue(limit: limit) {
          break
        }
        step = state.next(now: now)
      }
      guard case .send = step else {
        Issue.record("\(minute): \(step)")
        return
      }
      rows += state.ended(
        "e9", .failed(Fault(code), effectPossible: false), now: now,
        wall: Timestamp(milliseconds: 1_000 + Int64(minute) * 7_200_000))
      state.recorded("e9")
      #expect(state.waitingForHub == 1, "after \(code)")
    }
    #expect(state.tracks["e9"]?.waitingForHubSince == Timestamp(milliseconds: 1_000))
    #expect(rows.map(\.entry.kind) == ["outbox.delayed"])
  }

  @Test func `of many that wait for their hub each has its turn, in bounded memory`() throws {
    var settings = CourierSettings()
    settings.asleepForHubLimit = 10
    settings.callsPerSecond = 1_000
    var state = CourierState(settings: settings, randomness: CourierRandomness(seed: 1), now: .zero)
    let waiting = try (1...30).map { number in
      var fault = Fault(.hubUnanswered)
      fault.values[EntryTrack.waitingSinceKey] = Timestamp(milliseconds: 1_000).description
      var entry = try Self.entry(.sendHubCommand, sequence: Int64(number))
      entry.fault = fault
      return entry
    }
    var asked: [String: Int] = [:]
    var now = Duration.zero
    while now < .seconds(86_400) {
      switch state.next(now: now) {
      case .scan(let start, let limit):
        state.scanned(Array(waiting.filter { $0.sequence > start }.prefix(limit)), after: start, limit: limit)
      case .send(let sending):
        asked[sending.entry, default: 0] += 1
        _ = state.ended(
          sending.entry, .failed(Fault(.hubUnanswered), effectPossible: false), now: now,
          wall: Timestamp(milliseconds: 2_000))
      case .wait(let until): now = until
      case .scanOverdue: state.overdue([])
      case .askVersion(let lane): state.credentials(lane, version: nil, now: now)
      }
      #expect(state.tracks.count <= 11)
    }
    #expect(asked.count == 30, "\(asked)")
  }
}
