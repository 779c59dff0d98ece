import Foundation
import Logging

/// Ships the journal to a second place, segment after segment, beside the slots and never in their way.
///
/// It trusts the place more than itself: at the start, and whenever the place was away, it asks what is there and goes
/// on behind that.
actor RecordShipper {
  private let journal: any RecordSource
  private let sink: any RecordSink
  private let memory: any RecordMemory
  private let station: String
  private let ledgerPath: String?
  private let clock: any StationClock
  private let randomness: any Randomness
  private let settings: RecordSettings
  private let logger: Logger
  private let key: String

  private var position: RecordPosition?
  /// Away and back, it may be another disk, or one that was restored: the place is asked again what it has.
  private var mustOpen = true
  private var fault: Fault?
  private var warnings: [String] = []
  private var failures = 0
  /// When the rows that wait were first seen, by the uptime: the wall clock can jump.
  private var waitingSince: Duration?
  private var sleeper: CheckedContinuation<Void, Never>?
  private var isRung = false
  private var alarm = 0
  /// Ship what there is, however little.
  private var isUrgent = false

  /// - Parameters:
  ///   - memory: keeps the position under a key made of the place; may lose it.
  ///   - ledgerPath: to warn when both copies are on one file system.
  init(
    journal: any RecordSource, sink: any RecordSink, memory: any RecordMemory, station: String,
    ledgerPath: String? = nil, clock: any StationClock = SystemClock(),
    randomness: any Randomness = SystemRandomness(), settings: RecordSettings = RecordSettings(),
    logger: Logger = Logger(label: "record")
  ) {
    self.journal = journal
    self.sink = sink
    self.memory = memory
    self.station = station
    self.ledgerPath = ledgerPath
    self.clock = clock
    self.randomness = randomness
    self.settings = settings
    self.logger = logger
    key = Self.key(place: sink.place, station: station)
  }

  /// The key of the ledger's memory under which the position of a place is kept.
  static func key(place: String, station: String) -> String { "record.\(station).\(place)" }

  /// Ships until its task is cancelled. A place that is away is tried again; nothing is lost by it but time.
  func run() async {
    while !Task.isCancelled {
      let pause = await step()
      if Task.isCancelled { return }
      if pause > .zero { await rest(pause) }
    }
  }

  /// New rows were written. Not needed: the shipper looks by itself.
  func wake() { ring() }

  /// Ships everything there is now, in short segments too; for `station sync` and a stop in good order.
  ///
  /// - Returns: what is left.
  func flush() async throws(Fault) -> RecordStatus {
    isUrgent = true
    defer { isUrgent = false }
    while !Task.isCancelled {
      let before = position?.last
      _ = await step()
      if fault != nil || (before != nil && position?.last == before) { break }
    }
    return try await status()
  }

  /// - Throws: the ledger's fault.
  func status() async throws(Fault) -> RecordStatus {
    var status = RecordStatus(
      place: sink.place, shipped: position?.last, last: position?.last ?? 0, fault: fault, warnings: warnings)
    let next = try await journal.rows(after: position?.last ?? 0, limit: 1).first
    if let next {
      status.oldest = next.time
      status.age = .milliseconds(max(0, clock.now().milliseconds - next.time.milliseconds))
      status.last = try await journal.lastRow()?.sequence ?? next.sequence
    }
    return status
  }

  // MARK: One step

  /// - Returns: how long to wait before the next; zero: there may be more.
  private func step() async -> Duration {
    do throws(Fault) {
      let position = try await opened()
      let limit = limit(position)
      let rows = try await journal.rows(after: position.last, limit: limit)
      guard !rows.isEmpty else {
        waitingSince = nil
        succeed()
        return glance
      }
      let now = clock.uptime()
      let since = waitingSince ?? now
      waitingSince = since
      let due = since + settings.longestDelay
      let isBound = position.pending != nil || position.gapEnd != nil
      if rows.count < limit, !isBound, !isUrgent, now < due { return min(due - now, glance) }
      try await ship(rows, from: position)
      waitingSince = nil
      succeed()
      return .zero
    } catch {
      return failed(error)
    }
  }

  /// How many rows the next segment may have.
  private func limit(_ position: RecordPosition) -> Int {
    let ends = [position.pending, position.gapEnd].compactMap { $0 }
    guard let end = ends.min() else { return settings.rowsPerSegment }
    return max(1, min(Int(clamping: end - position.last), settings.rowsPerSegment))
  }

  /// How often the journal is looked at while there is little to ship; costs one small read.
  private var glance: Duration { settings.longestDelay / 3 }

  private func opened() async throws(Fault) -> RecordPosition {
    if let position, !mustOpen { return position }
    let known = try await remembered()
    var found = try await sink.open(station: station, known: known)
    try await checkHistory(found)
    // A segment whose answer was lost goes out again with the same bounds, unless the place has it.
    if let pending = known?.pending, known?.identity == found.identity, known?.last == found.last,
      pending > found.last, pending - found.last <= Int64(settings.rowsPerSegment)
    {
      found.pending = pending
    }
    warnings = await sink.warnings(ledger: ledgerPath)
    for warning in warnings { logger.warning("\(warning)") }
    try await remember(found)
    position = found
    mustOpen = false
    return found
  }

  /// A ledger that was restored without its second copy goes on with other rows under the numbers of lost ones: they
  /// would never be shipped, in silence, and those behind them would be tied to nothing.
  private func checkHistory(_ found: RecordPosition) async throws(Fault) {
    let end = max(found.last, found.head?.row ?? 0)
    let last = try await journal.lastRow()?.sequence ?? 0
    guard end <= last else {
      throw Fault(
        .recordForeign,
        [
          "place": sink.place, "problem": "ahead", "row": String(end),
          "cause": "it has \(end) rows, the ledger \(last)",
        ])
    }
    guard let head = found.head else { return }
    guard try await journal.rows(after: head.row - 1, limit: 1).first?.hash == head.hash else {
      throw Fault(
        .recordForeign,
        [
          "place": sink.place, "problem": "other-history", "row": String(head.row),
          "cause": "row \(head.row) is another one there",
        ])
    }
  }

  private func ship(_ rows: [JournalRow], from start: RecordPosition) async throws(Fault) {
    let segment = try RecordSegment(station: station, rows: rows)
    guard segment.name.first == start.last + 1 else {
      throw Fault(.ledgerCorrupt, ["row": String(start.last + 1), "cause": "the row is missing"])
    }
    var position = start
    // Before it is sent: should its answer be lost with this process, the next one sends the very same segment.
    if position.pending != segment.name.last {
      position.pending = segment.name.last
      try await remember(position)
      self.position = position
    }
    try await sink.put(segment)
    position.last = segment.name.last
    position.pending = nil
    if let end = position.gapEnd, position.last >= end {
      position.gapEnd = nil
      mustOpen = true
    }
    self.position = position
    try await remember(position)
  }

  private func succeed() {
    if fault != nil { logger.info("record goes on", metadata: ["place": "\(sink.place)"]) }
    fault = nil
    failures = 0
  }

  private func failed(_ fault: Fault) -> Duration {
    if Task.isCancelled { return .zero }
    if self.fault?.code != fault.code {
      logger.warning(
        "record waits",
        metadata: [
          "place": "\(sink.place)", "fault": "\(fault.code.rawValue)",
          "cause": "\(fault.values["cause"] ?? "")",
        ])
    }
    self.fault = fault
    failures += 1
    mustOpen = true
    return settings.retry.delay(
      attempt: failures, retryAfter: fault.retryAfter, randomness: randomness)
  }

  // MARK: Memory

  private func remembered() async throws(Fault) -> RecordPosition? {
    guard let text = try await memory.value(for: key) else { return nil }
    return RecordPosition(remembered: text)
  }

  private func remember(_ position: RecordPosition) async throws(Fault) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    guard let data = try? encoder.encode(position) else { return }
    try await memory.setValue(String(decoding: data, as: UTF8.self), for: key)
  }

  // MARK: Waiting

  private func rest(_ pause: Duration) async {
    if isRung {
      isRung = false
      return
    }
    alarm += 1
    let number = alarm
    await withTaskGroup(of: Void.self) { group in
      let clock = clock
      group.addTask {
        try? await clock.sleep(for: pause)
        await self.ring(number)
      }
      // Woken by the alarm too when the task is cancelled, for that ends its sleep.
      await withCheckedContinuation { sleeper = $0 }
      group.cancelAll()
    }
  }

  private func ring(_ number: Int? = nil) {
    // The alarm of an earlier rest.
    if let number, number != alarm { return }
    guard let sleeper else {
      if number == nil { isRung = true }
      return
    }
    self.sleeper = nil
    sleeper.resume()
  }
}
