import ArgumentParser

struct CampaignLettersCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "letters",
    abstract: "List the units of a campaign that left the house, for whom to write to.",
    discussion: """
      One line for each unit that is shipped or recalled: serial, model, batch, vendor, and for whom it was claimed or
      to whom it was moved last, else for whom its batch was opened.

      Examples:
        station campaign letters RC-1
        station campaign letters RC-1 --format csv > letters.csv
      """)

  @Argument(help: "Its name.")
  var campaign: CampaignID

  @Option(help: "table, json or csv.")
  var format = ListFormat.table

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await options.perform {
      let reader = try options.reading()
      _ = try await reader.campaign(campaign)
      var orders: [BatchID: Batch] = [:]
      for record in try await reader.batches() { orders[record.batch.id] = record.batch }
      let claims = try await reader.campaignCustomers(campaign)
      var list = ListWriter(
        options.json ? .json : format,
        ["serial", "model", "batch", "vendor", "site", "user", "organisation", "hub", "disposition"])
      for hub in try await reader.campaignUnits(campaign, state: nil, limit: Campaign.most) {
        guard let unit = try await reader.unit(hub), [.shipped, .recalled].contains(unit.disposition) else {
          continue
        }
        let order = unit.batch.flatMap { orders[$0] }
        let customer = claims[hub] ?? order?.customer
        list.add([
          unit.serial.text, unit.model, unit.batch?.text, order?.vendor, customer?.site, customer?.user,
          customer?.organisation, unit.hub.text, unit.disposition.rawValue,
        ])
      }
      list.end(empty: "No unit of it has left the house.")
      return .done
    }
  }
}
