import ArgumentParser

/// Which units a decision is about, and why.
struct DispositionOptions: ParsableArguments {
  @Argument(help: "Serial numbers, or UUIDs of hubs.")
  var units: [String] = []

  @Option(help: ArgumentHelp("More of them: one a line, or a CSV with a column `serial`.", valueName: "file"))
  var serials: String?

  @Option(help: "Why, for the record.")
  var reason: String

  @Flag(help: "Only show what would be.")
  var dryRun = false

  func validate() throws {
    guard !units.isEmpty || serials != nil else { throw ValidationError("Name a unit, or --serials FILE.") }
    try ReasonText.check(reason, longest: 300)
  }
}

extension GlobalOptions {
  /// Carries out a decision on every unit named; all of them are known before the first one is touched.
  func decide(_ act: DispositionAct, _ named: DispositionOptions, unregistered: Bool = false) async throws
    -> ExitStatus
  {
    var request = DoorRequest(.dispose, actor: actor)
    request.act = act
    request.hubs = try await hubs(named)
    request.reason = named.reason
    request.unregistered = unregistered
    request.dryRun = named.dryRun
    let lines: [DispositionLine]
    if let answer = try await throughDoor(request, within: .seconds(300)) {
      lines = answer.decisions ?? []
    } else {
      let ledger = try await writing()
      defer { try? ledger.close() }
      lines = try await DispositionVerb(request).perform(at: dispositionDesk(ledger))
    }
    return show(lines, past: act.past, dryRun: named.dryRun)
  }

  /// Without settings (`--ledger`) the vendor is not asked to suspend what is scrapped or recalled.
  func dispositionDesk(_ ledger: Ledger) throws -> DispositionDesk {
    let rule = self.ledger == nil ? RetirementRule(try loadSettings().cloud) : RetirementRule()
    return DispositionDesk(ledger: ledger, actor: actor, retirement: rule)
  }

  /// The hubs of the units that are named.
  func hubs(_ named: DispositionOptions) async throws -> [HubID] {
    let reader = try reading()
    defer { try? reader.close() }
    var texts = named.units
    if let file = named.serials {
      texts += try SerialListFile.read(file) { (raw) throws(Fault) in try Self.cell(raw) }.map(\.text)
    }
    return try await UnitLookup(reader).hubs(texts)
  }

  /// A serial number as some list has it, before any rule of a model is known.
  static func cell(_ raw: String) throws(Fault) -> SerialNumber {
    let text = raw.filter { !$0.isWhitespace }
    guard (1...64).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw Fault(.serialInvalid, ["serial": Printable.text(raw)])
    }
    return SerialNumber(normalised: text)
  }

  func show(_ lines: [DispositionLine], past: String, dryRun: Bool) -> ExitStatus {
    if json {
      for line in lines { print(JSONLine.text(line)) }
    } else {
      for line in lines {
        let name = PrintableText.of(line.serial?.text ?? line.hub.text, limit: 64)
        if let sentence = line.sentence {
          complain("station: \(sentence) \(line.hint ?? "")")
        } else {
          print("\(name) \(dryRun ? "would be" : "is") \(line.state ?? past)")
        }
      }
    }
    return lines.contains { $0.fault != nil } ? .badData : .done
  }
}
