import ArgumentParser

struct CampaignCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "campaign",
    abstract: "One named act on many units: hold, release, scrap, recall, or a list.",
    discussion: """
      Examples:
        station campaign start RC-1 --act recall --issued-by old-ca.pem --reason "CA key lost" --dry-run
        station campaign start RC-2 --act hold --serials suspect.csv --reason "capacitor lot 7"
        station campaign resume RC-2
        station campaign letters RC-1 --format csv > letters.csv
      """,
    subcommands: [
      CampaignStartCommand.self, CampaignResumeCommand.self, CampaignListCommand.self,
      CampaignShowCommand.self,
      CampaignLettersCommand.self,
    ], defaultSubcommand: CampaignListCommand.self)
}

extension CampaignID: ExpressibleByArgument {
  init?(argument: String) { self.init(argument) }
}

extension Campaign.Act: ExpressibleByArgument {}

struct CampaignStartCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "start", abstract: "Find the units of a campaign, write them down, and do the act to each.",
    discussion: """
      `recall` recalls what was shipped and holds what is still in the house. Units that refuse the act are told apart and
      do not stop the others. What was broken off goes on with `station campaign resume`.

      Examples:
        station campaign start RC-1 --act recall --firmware 1.2.3 --reason "boot loop" --dry-run
        station campaign start RC-2 --act hold --serials suspect.csv --reason "capacitor lot 7" --as 4711
        station campaign start RC-3 --act list --issued-by old-ca.pem --reason "who has it?"
      """)

  @Argument(help: "Its name: letters, digits, dots, hyphens; used once.")
  var campaign: CampaignID

  @Option(help: "hold, release, scrap, recall or list.")
  var act: Campaign.Act

  @Option(help: "Why, for the record.")
  var reason: String

  @Option(
    help: ArgumentHelp(
      "Units in a file: one serial a line, or a CSV with a column `serial`.", valueName: "file"))
  var serials: String?

  @OptionGroup var which: UnitFilterOptions

  @Flag(help: "Only count, by where the units are.")
  var dryRun = false

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    try ReasonText.check(reason, longest: 200)
    guard (serials != nil) != which.asksAnything else {
      throw ValidationError("Name --serials FILE, or what the units have in common (see --help).")
    }
  }

  func run() async throws {
    try await options.perform {
      let reader = try options.reading()
      let (hubs, question) = try await meant(reader)
      let preview = try await CampaignPreview(act, hubs, reader)
      try reader.close()
      if dryRun {
        if options.json { print(JSONLine.text(preview)) } else { for line in preview.lines { print(line) } }
        return .done
      }
      var request = DoorRequest(.campaignOpen, actor: options.actor)
      request.campaign = campaign
      request.campaignAct = act
      request.hubs = hubs
      request.question = question
      request.reason = reason
      return try await CampaignProgress(options: options).work(campaign, beginning: request)
    }
  }

  private func meant(_ reader: LedgerReader) async throws -> ([HubID], String) {
    if let serials {
      let texts = try SerialListFile.read(serials) { (raw) throws(Fault) in try GlobalOptions.cell(raw) }
      return (try await UnitLookup(reader).hubs(texts.map(\.text)), "\(texts.count) serials of a file")
    }
    if let batch = which.batch { _ = try await reader.batch(batch) }
    var filter = try which.filter()
    filter.limit = Campaign.most + 1
    return (try await reader.units(filter).map(\.hub), filter.words)
  }
}

struct CampaignResumeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Go on with a campaign that was broken off.",
    discussion: """
      Examples:
        station campaign resume RC-2
      """)

  @Argument(help: "Its name.")
  var campaign: CampaignID

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await options.perform { try await CampaignProgress(options: options).work(campaign, beginning: nil) }
  }
}

struct CampaignListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the campaigns, newest first.",
    discussion: """
      Examples:
        station campaign list
        station campaign list --json
      """)

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await options.perform {
      let records = try await options.reading().campaigns().map { CampaignLine($0) }
      if options.json {
        for line in records { print(JSONLine.text(line)) }
        return .done
      }
      var table = TextTable("CAMPAIGN", "ACT", "UNITS", "DONE", "REFUSED", "LEFT", "OPENED", "BY", "")
      for line in records {
        table.add(
          line.campaign.text, line.act.rawValue, String(line.units), String(line.done), String(line.refused),
          String(line.left), String(line.opened.description.prefix(19)), line.openedBy, line.reason)
      }
      if table.isEmpty { print("No campaigns.") } else { table.print() }
      return .done
    }
  }
}

struct CampaignShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Tell what a campaign was about and what refused it.",
    discussion: """
      Examples:
        station campaign show RC-2
      """)

  @Argument(help: "Its name.")
  var campaign: CampaignID

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await options.perform {
      let reader = try options.reading()
      let line = CampaignLine(try await reader.campaign(campaign))
      if options.json {
        print(JSONLine.text(line))
        return .done
      }
      for text in line.lines { print(text) }
      for refused in try await reader.campaignRefusals(campaign, limit: 20) {
        print("  refused: \(Wording(refused).sentence)")
      }
      return .done
    }
  }
}
