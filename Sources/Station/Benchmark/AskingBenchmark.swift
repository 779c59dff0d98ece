import Foundation

/// How long a ledger takes to be opened and asked: in this process, so that nothing is measured but the asking.
struct AskingBenchmark: Hashable, Sendable, Codable {
  struct Figure: Hashable, Sendable, Codable {
    var name: String
    /// Of all the times that it was asked.
    var medianMilliseconds: Double
    var worstMilliseconds: Double
    /// Units, or rows, that came back in all.
    var found: Int
  }

  var units: Int
  var rows: Int64
  /// Until a reading verb can ask, and until a station can write.
  var openedForReading: Double
  var openedForWriting: Double
  var figures: [Figure]

  static func run(ledger path: String) async throws -> AskingBenchmark {
    func open() throws(Fault) -> Ledger {
      try Ledger.open(
        path: path, station: "benchmark", clock: SystemClock(),
        versions: StationStart(version: StationVersion.text, settings: "defaults"))
    }
    // A file that was copied or made has no clean end, and is gone through page by page before its first row: that is the
    // start after a power cut, and not of every shift.
    try open().close()
    var began = ContinuousClock.now
    let writing = try open()
    let openedForWriting = (ContinuousClock.now - began) / .milliseconds(1)
    try writing.close()
    began = .now
    let reader = try Ledger.reading(path: path)
    _ = try await reader.units(UnitFilter(limit: 1))
    let openedForReading = (ContinuousClock.now - began) / .milliseconds(1)
    let (units, rows) = (try await reader.unitCount(UnitFilter()), try await reader.lastRow()?.sequence ?? 0)
    let oldest = try await reader.units(UnitFilter(order: .oldest, limit: 4_000))
    let newest = try await reader.units(UnitFilter(limit: 4_000))
    let some = (oldest + newest).enumerated().filter { $0.offset % 40 == 7 }.map(\.element)
    var figures = [
      try await measure("look-up by serial", some) { try await reader.units(matching: $0.serial.text).count },
      try await measure("the whole story of a unit", some) { unit in
        try await UnitStory(
          unit, attempts: reader.attempts(of: unit.hub), rows: reader.rows(of: unit.hub),
          outbox: reader.outboxEntries(OutboxFilter(hub: unit.hub)), kit: reader.kit(of: unit.hub)
        ).attempts.count
      },
    ]
    for (name, filter) in pages(some) {
      figures.append(
        try await measure(name, Array(repeating: filter, count: 9)) { try await reader.units($0).count })
    }
    try reader.close()
    return AskingBenchmark(
      units: units, rows: rows, openedForReading: openedForReading, openedForWriting: openedForWriting,
      figures: figures)
  }

  /// Pages of 200 in the usual order: the names say what `Benchmarks/asking.py` asks the sqlite3 shell.
  private static func pages(_ units: [UnitRecord]) -> [(String, UnitFilter)] {
    let middle = units[units.count / 4]
    var pages: [(String, UnitFilter)] = [("newest", UnitFilter())]
    func page(_ name: String, _ change: (inout UnitFilter) -> Void) {
      var filter = UnitFilter()
      change(&filter)
      pages.append((name, filter))
    }
    page("batch") { $0.batch = middle.batch }
    page("outcome failed") { $0.outcome = .failed }
    page("disposition making") { $0.disposition = .making }
    page("slot") { $0.slot = middle.slot }
    page("operator") { $0.actor = middle.actor }
    page("firmware") { $0.firmware = "1.3.9" }
    page("fault code") { $0.fault = .checkOutside }
    page("issuing CA") { $0.authority = middle.authority }
    page("a day") {
      $0.since = middle.seenTime
      $0.until = middle.seenTime.advanced(by: .seconds(86_400))
    }
    page("batch and outcome failed") {
      $0.batch = middle.batch
      $0.outcome = .failed
    }
    page("operator, slot and fault code") {
      $0.actor = middle.actor
      $0.slot = middle.slot
      $0.fault = .checkOutside
    }
    page("an old page of 200") { $0.after = middle.hub }
    page("part of a serial") { $0.text = String(middle.serial.text.suffix(6)) }
    return pages
  }

  private static func measure<Question>(
    _ name: String, _ questions: [Question], ask: (Question) async throws -> Int
  ) async throws -> Figure {
    var times: [Double] = []
    var found = 0
    for question in questions {
      let began = ContinuousClock.now
      found += try await ask(question)
      times.append((ContinuousClock.now - began) / .milliseconds(1))
    }
    let sorted = times.sorted()
    return Figure(
      name: name, medianMilliseconds: sorted[sorted.count / 2], worstMilliseconds: sorted.last ?? 0,
      found: found)
  }
}
