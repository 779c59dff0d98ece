import ArgumentParser

struct ClaimCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "claim",
    abstract: "Claim hubs for a customer at the vendor's, while they are on the network.",
    discussion: """
      Written down first and sent when the network is there, behind the registration of each hub. A hub that is not
      connected is asked again by itself until it is; that is no backlog, and `station outbox give-up` ends it.
      Without --organisation a hub is claimed for the organisation of the station's key (cloud.vendor.org-id).

      Examples:
        station claim SPK00000001 --site site-7 --user user-3 --dry-run
        station claim SPK00000001 SPK00000002 --site site-7 --user user-3 --wait
        station claim --batch WO-2026-0117 --dry-run
        station claim SPK00000001 --site site-8 --user user-3 --move --reason "wrong site on the order"
      """)

  @Argument(help: "Serial numbers, or UUIDs of hubs.")
  var serials: [String] = []

  @Option(help: "All finished hubs of this batch that are not on hold.")
  var batch: BatchID?

  @Option(help: ArgumentHelp("The vendor's siteId: where the hub goes; else the batch's.", valueName: "id"))
  var site: String?

  @Option(help: ArgumentHelp("The vendor's userId: in whose name; else the batch's.", valueName: "id"))
  var user: String?

  @Option(help: ArgumentHelp("Another organisation than the key's; needs a super key.", valueName: "id"))
  var organisation: String?

  @Flag(help: "The hub is claimed already, for another site or organisation: move it (ReClaimHub).")
  var move = false

  @Option(help: "With --move: why, for the record and for the vendor.")
  var reason: String?

  @Flag(help: "Only show what would be claimed.")
  var dryRun = false

  @Flag(help: "Wait until the vendor has answered.")
  var wait = false

  @Option(help: ArgumentHelp("With --wait: for so many seconds at most.", valueName: "seconds"))
  var within = 120

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard serials.isEmpty == (batch != nil), serials.count <= Owing.most else {
      throw ValidationError("Name 1 to \(Owing.most) hubs, or --batch.")
    }
    guard (site == nil) == (user == nil), batch != nil || site != nil else {
      throw ValidationError("--site and --user go together; without --batch both are needed.")
    }
    guard move == (reason != nil) else { throw ValidationError("--move and --reason go together.") }
    try ReasonText.check(reason, longest: 400)
    guard (1...86_400).contains(within) else { throw ValidationError("--within: 1 to 86400.") }
  }

  func run() async throws {
    try await options.perform {
      let settings = try options.benchSettings()
      let customer = try await customer()
      try settings.cloud.vendor.checkClaiming(for: customer)
      let effects = try await effects(customer, settings)
      guard !dryRun else {
        OutboxListCommand.show(
          effects.map { OutboxLine(OutboxEntry(planned: $0)) }, json: options.json, planned: true)
        return .done
      }
      let owed = OwedEntries(options: options)
      var lines = try await owed.owePaged(effects)
      guard wait, !lines.isEmpty else {
        OutboxListCommand.show(lines, json: options.json)
        return .done
      }
      let rest = try await owed.follow(lines, within: .seconds(within))
      lines = rest.lines
      OutboxListCommand.show(lines, json: options.json)
      if !options.json { print(rest.sentence) }
      return rest.status
    }
  }

  private func customer() async throws -> Customer {
    if let site, let user { return Customer(site: site, user: user, organisation: organisation) }
    let reader = try options.reading()
    defer { try? reader.close() }
    guard let batch, let customer = try await reader.batch(batch).batch.customer else {
      throw CommandError(
        .badData, code: "customer-missing", "This batch was opened for no customer.",
        hint: "Name --site and --user.")
    }
    return customer
  }

  /// Hubs on hold or scrapped are passed over: `station units` tells of them.
  private func ready(in batch: BatchID) async throws -> [UnitRecord] {
    let reader = try options.reading()
    defer { try? reader.close() }
    var ready: [UnitRecord] = []
    var filter = UnitFilter(batch: batch, order: .oldest, limit: 500)
    while true {
      let page = try await reader.units(filter)
      ready += page.filter { $0.passed != nil && !$0.onHold && $0.disposition != .scrapped }
      guard page.count == 500, let last = page.last else { return ready }
      filter.after = last.hub
    }
  }

  /// All hubs are looked at before anything is written; one that may not be claimed refuses them all.
  private func effects(_ customer: Customer, _ settings: StationSettings) async throws -> [Effect] {
    func claim(_ unit: UnitRecord) throws -> Effect {
      let identity = try options.identity(of: unit, settings)
      return move ? .moveHub(identity, customer, reason: reason ?? "") : .claimHub(identity, customer)
    }
    if let batch { return try await ready(in: batch).map { try claim($0) } }
    var effects: [Effect] = []
    var seen: Set<HubID> = []
    for serial in serials {
      let unit = try await options.unit(serial)
      guard seen.insert(unit.hub).inserted else { continue }
      guard !unit.onHold, unit.disposition != .scrapped else {
        let why = unit.onHold ? "on hold" : "scrapped"
        throw CommandError(
          .badData, code: "unit-\(unit.onHold ? "on-hold" : "scrapped")",
          "Hub \(unit.serial.text) is \(why); nothing was claimed.",
          hint: "See `station unit \(unit.serial.text)`.")
      }
      effects.append(try claim(unit))
    }
    return effects
  }
}
