import ArgumentParser

struct UnitsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "units", abstract: "List the hubs of this ledger, newest on the bench first.",
    discussion: """
      Everything that is asked must hold. A page ends with the UUID that --after takes for the next one; --count only
      counts.

      Examples:
        station units --outcome failed
        station units --batch WO-17 --disposition hold --format csv > held.csv
        station units --since 2026-11-21 --operator 4711 --code check-outside
        station units --issued-by old-ca.pem --firmware 1.2.3 --count
        station units --text spk0000 --limit 20 --json
      """)

  @OptionGroup var which: UnitFilterOptions

  @Option(help: "newest, oldest or serial.")
  var sort = UnitFilter.Order.newest

  @Option(
    help: ArgumentHelp("Only those behind this hub: the last one of the page before.", valueName: "uuid"))
  var after: String?

  @Option(help: "At most so many.")
  var limit = 200

  @Flag(help: "Only how many there are.")
  var count = false

  @Option(help: "table, json or csv; --json is the same as json.")
  var format = ListFormat.table

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard (1...10_000_000).contains(limit) else { throw ValidationError("--limit: 1 to 10000000.") }
    if let after, HubID(after) == nil { throw ValidationError("--after: not the UUID of a hub.") }
  }

  func run() async throws {
    try await options.perform {
      var filter = try which.filter()
      filter.order = sort
      filter.after = after.flatMap { HubID($0) }
      filter.limit = limit
      let reader = try options.reading()
      if count {
        let units = try await reader.unitCount(filter)
        print(options.json ? JSONLine.text(["units": units]) : String(units))
        return .done
      }
      let last = try await list(filter, reader)
      if let last, !options.json, format == .table {
        options.complain("More: --after \(last)")
      }
      return .done
    }
  }

  private static let titles = [
    "serial", "model", "batch", "outcome", "disposition", "registration", "attempts", "slot", "operator",
    "seen",
    "fault", "hold", "firmware", "mac", "passed", "certificate", "authority", "thing", "hub",
  ]

  /// Page by page, so that a list of any length needs little memory.
  ///
  /// - Returns: the last hub when the limit cut the list.
  private func list(_ whole: UnitFilter, _ reader: LedgerReader) async throws -> HubID? {
    let format = options.json ? .json : format
    var list = ListWriter(
      format, format == .csv ? Self.titles : Array(Self.titles.prefix(11)))
    var filter = whole
    var left = limit
    var last: HubID?
    while left > 0 {
      filter.limit = min(left, 5_000)
      let page = try await reader.units(filter)
      for unit in page {
        if format == .json {
          print(JSONLine.text(UnitLine(unit)))
        } else {
          list.add(cells(UnitLine(unit), format))
        }
      }
      left -= page.count
      last = page.last?.hub
      filter.after = last
      if page.count < filter.limit {
        last = nil
        break
      }
    }
    if format != .json { list.end(empty: "No units.") }
    return last
  }

  private func cells(_ unit: UnitLine, _ format: ListFormat) -> [String?] {
    let full = format == .csv
    let time = unit.seenTime.description
    let cells: [String?] = [
      unit.serial.text, unit.model, unit.batch?.text, unit.outcome?.rawValue ?? "at work",
      unit.onHold ? "hold" : unit.disposition.rawValue, unit.registration.rawValue, String(unit.attempts),
      unit.slot?.text, unit.actor, full ? time : String(time.prefix(19)),
    ]
    guard full else {
      return cells + [unit.onHold ? unit.hold : unit.outcome == .passed ? nil : unit.fault?.rawValue]
    }
    return cells + [
      unit.fault?.rawValue, unit.hold, unit.firmware, unit.mac, unit.passed?.description, unit.certificate,
      unit.authority, unit.thing, unit.hub.text,
    ]
  }
}

extension UnitFilter.Order: ExpressibleByArgument {}
extension Outcome: ExpressibleByArgument {}
extension Registration: ExpressibleByArgument {}
extension FaultCode: ExpressibleByArgument {}
extension EffectKind: ExpressibleByArgument {}
extension OutboxEntry.State: ExpressibleByArgument {}
