import ArgumentParser

struct UnitsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "units", abstract: "List the hubs of this ledger, newest first.",
    discussion: """
      Examples:
        station units
        station units --outcome failed
        station units --registration attention --json
        station units --text spk0000 --limit 20
      """)

  @Option(help: "passed, failed, errored or aborted.")
  var outcome: Outcome?

  @Option(help: "none, waiting, registered or attention.")
  var registration: Registration?

  @Option(help: ArgumentHelp("Only this slot.", valueName: "name"))
  var slot: String?

  @Flag(help: "Only units on hold.")
  var onHold = false

  @Option(help: "Part of a serial, MAC address, model or UUID.")
  var text: String?

  @Option(help: "At most so many.")
  var limit = 200

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard (1...1_000_000).contains(limit) else { throw ValidationError("--limit: 1 to 1000000.") }
    if let slot, SlotName(slot) == nil { throw ValidationError("--slot: not a slot's name.") }
  }

  func run() async throws {
    try await options.perform {
      var filter = UnitFilter()
      filter.outcome = outcome
      filter.registration = registration
      filter.slot = slot.flatMap { SlotName($0) }
      filter.onHold = onHold ? true : nil
      filter.text = text
      filter.limit = limit
      let units = try await options.reading().units(filter).map { UnitLine($0) }
      if options.json {
        for unit in units { print(JSONLine.text(unit)) }
        return .done
      }
      var table = TextTable("SERIAL", "MODEL", "OUTCOME", "CLOUD", "TRIES", "SLOT", "LAST", "")
      for unit in units {
        table.add(
          unit.serial.text, unit.model, unit.outcome?.rawValue ?? "at work", unit.registration.rawValue,
          String(unit.attempts), unit.slot?.text ?? "-", String(unit.lastTime.description.prefix(19)),
          unit.onHold
            ? "on hold: \(unit.hold ?? "")" : unit.outcome == .passed ? "" : unit.fault?.rawValue ?? "")
      }
      if table.isEmpty { print("No units.") } else { table.print() }
      return .done
    }
  }
}

extension Outcome: ExpressibleByArgument {}
extension Registration: ExpressibleByArgument {}
extension FaultCode: ExpressibleByArgument {}
extension EffectKind: ExpressibleByArgument {}
extension OutboxEntry.State: ExpressibleByArgument {}
