import ArgumentParser

struct OutboxRetryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry", abstract: "Send parked entries back to work once their reason was mended.",
    discussion: """
      All conditions that are given must hold. With a running station it is done through its Door; without one the
      entries wait for the next `station run` or `station sync`.

      Examples:
        station outbox retry --code target-missing --reason "policy made" --dry-run
        station outbox retry --serial SPK00000001 --reason "checked with the vendor"
        station outbox retry --all --reason "account limit raised"
      """)

  @Option(help: ArgumentHelp("Entries parked for this fault.", valueName: "fault"))
  var code: FaultCode?

  @Option(help: ArgumentHelp("Entries of this kind.", valueName: "kind"))
  var kind: EffectKind?

  @Option(help: "Entries of this hub.")
  var serial: String?

  @Flag(help: "All parked entries.")
  var all = false

  @Option(help: "Why, for the record.")
  var reason: String

  @Flag(help: "Only show which.")
  var dryRun = false

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard all != (code != nil || kind != nil || serial != nil) else {
      throw ValidationError("Name --code, --kind or --serial, or --all.")
    }
    guard (1...400).contains(reason.count) else { throw ValidationError("--reason: 1 to 400 characters.") }
  }

  func run() async throws {
    try await options.perform {
      var filter = ParkedFilter(code: code, kind: kind)
      if let serial { filter.serial = try await known(serial) }
      let lines = try await release(filter)
      if !options.json {
        let count = lines.count == 1 ? "1 entry" : "\(lines.count) entries"
        print(dryRun ? "\(count) would be sent back to work:" : "\(count) sent back to work:")
      }
      OutboxListCommand.show(lines, json: options.json)
      return .done
    }
  }

  private func release(_ filter: ParkedFilter) async throws -> [OutboxLine] {
    var request = DoorRequest(.outboxRetry, actor: options.actor)
    request.code = filter.code
    request.kind = filter.kind
    request.serial = filter.serial
    request.reason = reason
    request.dryRun = dryRun
    if let answer = try await options.throughDoor(request) { return answer.entries ?? [] }
    let ledger = try await options.writing()
    defer { try? ledger.close() }
    return try await OutboxRelease(journal: ledger, outbox: ledger)
      .release(filter, reason: reason, actor: options.actor, dryRun: dryRun).map { OutboxLine($0) }
  }

  /// The serial as the ledger has it.
  private func known(_ text: String) async throws -> SerialNumber {
    let reader = try options.reading()
    defer { try? reader.close() }
    guard let unit = try await reader.units(matching: text).first else {
      throw CommandError(
        .badData, code: "unit-unknown", "No hub \(PrintableText.of(text, limit: 64)) in this ledger.")
    }
    return unit.serial
  }
}
