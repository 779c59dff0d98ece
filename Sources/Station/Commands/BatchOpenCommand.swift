import ArgumentParser

struct BatchOpenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "open", abstract: "Open a work order on the bench.",
    discussion: """
      Serials are any, a range, or a list in a file (one a line, or a CSV with a column `serial`); ranges and lists of
      two open batches of one model never overlap. A closed batch keeps the serials that were made in it; what was never
      made may go into another. A full batch stops; --over allows spares, which need serials of the range or list too.

      With --site and --user every hub is claimed for that customer behind its registration. That needs
      cloud.vendor.org-id in the settings, or with a super key --organisation.

      Examples:
        station batch open WO-17 --model HUB-2 --vendor "Example Ltd" --quantity 500
        station batch open WO-18 --model HUB-2 --vendor "Example Ltd" --first SPK00000501 --last SPK00001005 --quantity 500
        station batch open WO-19 --model HUB-2 --vendor "Example Ltd" --serials order.csv --slot A1 --slot A2 --dry-run
        station batch open WO-20 --model HUB-2 --vendor "Example Ltd" --quantity 50 --site site-7 --user user-3
      """)

  @Argument(help: "The number of the order: letters, digits, dots, hyphens.")
  var batch: BatchID

  @Option(help: "The model, as the settings name it.")
  var model: String

  @Option(help: "For whom.")
  var vendor: String

  @Option(help: "Units ordered; else as many as there are serials.")
  var quantity: Int?

  @Option(help: "Spares that may be made beyond the quantity.")
  var over = 0

  @Option(help: ArgumentHelp("The first serial of a range.", valueName: "serial"))
  var first: String?

  @Option(help: ArgumentHelp("The last serial of a range.", valueName: "serial"))
  var last: String?

  @Option(help: ArgumentHelp("A list of serials; `-` is standard input.", valueName: "file"))
  var serials: String?

  @Option(help: ArgumentHelp("The firmware that every hub must report.", valueName: "version"))
  var firmware: String?

  @Option(help: ArgumentHelp("Claim its hubs for this site of the vendor's customer.", valueName: "siteId"))
  var site: String?

  @Option(help: ArgumentHelp("In whose name they are claimed.", valueName: "userId"))
  var user: String?

  @Option(help: ArgumentHelp("For another organisation than the key's own.", valueName: "orgId"))
  var organisation: String?

  @OptionGroup var place: SlotsOption

  @Option(help: "Why, for the record.")
  var reason: String?

  @Flag(help: "Only check and show it.")
  var dryRun = false

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard (first == nil) == (last == nil) else { throw ValidationError("--first and --last go together.") }
    guard quantity != nil || first != nil || serials != nil else {
      throw ValidationError("Name --quantity, or the serials.")
    }
    guard (site == nil) == (user == nil), organisation == nil || site != nil else {
      throw ValidationError("--site and --user go together; --organisation goes with them.")
    }
    guard [site, user, organisation].allSatisfy({ (1...200).contains($0?.count ?? 1) }) else {
      throw ValidationError("--site, --user, --organisation: 1 to 200 characters.")
    }
    guard (1...200).contains(vendor.count) else { throw ValidationError("--vendor: 1 to 200 characters.") }
    try ReasonText.check(reason, longest: 400)
  }

  func run() async throws {
    try await options.perform {
      let settings = try options.loadSettings()
      guard let model = settings.models.first(where: { $0.id == model }) else {
        let known = settings.models.map(\.id).joined(separator: ", ")
        throw CommandError(
          .badData, code: "model-unknown", "There is no model \(PrintableText.of(self.model, limit: 64)).",
          hint: "The settings have \(known).")
      }
      try place.check(settings)
      var request = DoorRequest(.batchOpen, actor: options.actor)
      request.serials = try listed(of: model)
      request.order = try order(model, listed: request.serials?.count)
      if let customer = request.order?.customer {
        try settings.cloud.vendor.checkClaiming(for: customer)
      }
      request.reason = reason
      request.dryRun = dryRun
      let line = try await options.batch(request)
      options.show(line, dryRun ? "Would be opened; nothing was written:" : "Opened:")
      return .done
    }
  }

  private func listed(of model: HubModel) throws(Fault) -> [SerialNumber]? {
    guard let serials else { return nil }
    let expression = try model.serialRule.expression()
    return try SerialListFile.read(serials) { (raw) throws(Fault) in
      try model.serialRule.normalise(raw, expression)
    }
  }

  /// A serial of a range, as the model's rule has it.
  private func end(_ option: String, _ raw: String, _ model: HubModel) throws(Fault) -> SerialNumber {
    do throws(Fault) { return try model.serialRule.normalise(raw) } catch {
      guard error.code == .serialInvalid else { throw error }
      throw Fault(
        .batchInvalid,
        [
          "batch": batch.text,
          "cause": "\(option) \(Printable.text(raw)) breaks the serial rule of \(model.id)",
        ])
    }
  }

  private func order(_ model: HubModel, listed: Int?) throws(Fault) -> Batch {
    var batch = Batch(id: batch, model: model.id, vendor: vendor, planned: 0, over: over)
    if let first, let last {
      batch.range = try SerialRange(
        from: try end("--first", first, model), to: try end("--last", last, model))
    }
    batch.planned = quantity ?? batch.range?.count ?? listed ?? 0
    batch.listed = listed
    batch.firmware = firmware
    if let site, let user {
      batch.customer = Customer(site: site, user: user, organisation: organisation)
    }
    batch.slots = place.slots.flatMap { $0.isEmpty ? nil : $0 }
    try batch.check()
    return batch
  }
}
