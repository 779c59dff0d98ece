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
}
