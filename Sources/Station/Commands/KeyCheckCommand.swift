import ArgumentParser

/// What the vendor's cloud holds of one order. The keys are stable.
struct KeyFinding: Codable {
  var token: String
  var user: String
  /// As the ledger has it.
  var number: Int64?
  /// All numbers that carry the token.
  var found: [Int64]

  var surplus: [Int64] { found.filter { $0 != number } }
}

struct KeyCheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Ask the vendor's cloud which numbers each order came to; changes nothing.",
    discussion: """
      Shows keys that are there twice, after a call whose answer was lost was sent again. Exit status 2 when there is one.

      Examples:
        station key check
        station key check 0199f3b0-8d3e-7c5a-9f00-2f6d1c7b8a90 --json
      """)

  @Argument(help: "Tokens; else all orders of this ledger.")
  var tokens: [String] = []

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await options.perform {
      let wanted = Set(tokens.map { $0.lowercased() })
      let keys = try await options.keys().filter { wanted.isEmpty || wanted.contains($0.token) }
      let settings = try options.benchSettings()
      let effects = try CloudEffects(
        settings.cloud, store: EndpointStore(get: { _ in nil }, set: { _, _ in }), clock: SystemClock())
      let findings: [KeyFinding]
      do {
        findings = try await ask(keys, effects.vendor)
        await effects.shutdown()
      } catch {
        await effects.shutdown()
        throw error
      }
      show(findings)
      return findings.contains { !$0.surplus.isEmpty && $0.number != nil } ? .stationFailed : .done
    }
  }

  private func ask(_ keys: [KeyRecord], _ vendor: SPKeyClient) async throws -> [KeyFinding] {
    let progress = ProgressLine(quiet: options.json)
    defer { progress.clear() }
    var findings: [KeyFinding] = []
    for (place, key) in keys.enumerated() {
      progress.show("\(place + 1) of \(keys.count)")
      let (order, _) = try await options.order(key.token)
      let values = try await vendor.find(order)?.values ?? [:]
      let found =
        ([values["number"] ?? ""] + (values["duplicates"] ?? "").split(separator: " ").map(String.init))
        .compactMap { Int64($0) }
      findings.append(KeyFinding(token: key.token, user: key.user, number: key.number, found: found))
    }
    return findings
  }

  private func show(_ findings: [KeyFinding]) {
    if options.json {
      for finding in findings { print(JSONLine.text(finding)) }
      return
    }
    var table = TextTable("USER", "NUMBER", "IN THE CLOUD", "TOKEN", "")
    for finding in findings {
      let surplus = finding.surplus.map { String($0) }.joined(separator: " ")
      table.add(
        PrintableText.of(finding.user, limit: 40), finding.number.map { String($0) } ?? "-",
        finding.found.map { String($0) }.joined(separator: " "), finding.token,
        finding.number == nil || surplus.isEmpty
          ? "" : "one too many: station key remove \(finding.token) \(surplus) --yes")
    }
    if table.isEmpty { print("Nothing.") } else { table.print() }
  }
}
