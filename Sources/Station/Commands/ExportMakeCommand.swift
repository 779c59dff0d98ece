import ArgumentParser
import CertForge
import Foundation

/// What `export --json` prints. The keys are stable.
struct ExportResult: Codable {
  /// The folder, or the tar, or the encrypted tar.
  var export: String
  var batch: String
  var revision: Int
  var position: Int64
  var profile: String
  var rows: Int
  var withheld: Int
  var unregistered: Int
  /// Lower-case hex SHA-256 of manifest.json.
  var manifest: String
  /// Whether the same was made before.
  var again: Bool
  var delta: ExportManifest.Delta?
}

struct ExportMakeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "make", abstract: "Make an export (the verb that `station export BATCH` stands for).",
    discussion: """
      Profiles: csv, excel, jsonl, aws-bulk, mac-list, certificates, wats, cfx, and those of the settings (`exports`).

      Whoever has the key of a certificate that a tar was encrypted to opens it with
        openssl cms -decrypt -inform DER -binary -in X.tar.cms -inkey KEY -out X.tar && tar -xf X.tar

      Examples:
        station export WO-17 --profile csv
        station export WO-17 --profile wats
        station export WO-17 --profile csv --tar --to /mnt/stick
      """)

  @Argument(help: "The number of a closed order.")
  var batch: BatchID

  @Option(help: "What it is to look like.")
  var profile = "csv"

  @Option(help: "Make this revision again; else the newest, or the next one when something changed.")
  var revision: Int?

  @Option(help: ArgumentHelp("The folder that it is put into; else here.", valueName: "folder"))
  var to = "."

  @Flag(help: "Let units through that the cloud does not know completely; the manifest says so.")
  var allowUnregistered = false

  @Option(help: "Why, for the record and the manifest.")
  var reason: String?

  @Flag(help: "One tar file in place of a folder.")
  var tar = false

  @Option(
    help: ArgumentHelp(
      "Encrypt the tar to this X.509 certificate (PEM); repeat it for more.", valueName: "file"))
  var encryptTo: [String] = []

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard allowUnregistered == (reason != nil) else {
      throw ValidationError("--allow-unregistered and --reason go together.")
    }
    try ReasonText.check(reason, longest: 400)
  }

  func run() async throws {
    try await options.perform {
      let recipients = try ExportRecipients.read(encryptTo)
      try ExportInput.checkFolder(to)
      let reader = try options.reading()
      let desk = ExportDesk(reader: reader)
      var plan = try await desk.plan(batch, try wanted(), revision: revision)
      let place = ExportPlace(
        folder: to.count > 1 && to.hasSuffix("/") ? String(to.dropLast()) : to,
        names: ExportNames(profile: plan.profile, batch: batch.text, revision: plan.revision),
        isTar: tar || !recipients.isEmpty, isEncrypted: !recipients.isEmpty)
      try place.begin()
      do {
        // A seal is a row: it is made once nothing is left that could be refused.
        if plan.position == nil { try place.check(rehearse(plan, reader)) }
        let writer = try await ExportWriter(options)
        defer { writer.close() }
        if plan.position == nil { plan.position = try await writer.seal(reader) }
        let made = try make(plan, reader, writer.key, in: place.bundle)
        try place.pack(made.manifest, recipients: recipients)
        // Whoever reads the record may believe it: nothing is left to be done but giving it its name.
        try await record(made, plan, writer)
        let path = try place.finish()
        show(made, path, again: plan.recorded != nil)
      } catch {
        place.discard()
        throw error
      }
      return .done
    }
  }

  /// A profile of the settings, or a shipped one.
  private func wanted() throws -> ExportProfile {
    let own = options.ledger == nil ? try options.loadSettings().exports : []
    if let found = own.first(where: { $0.name == profile }) ?? ExportProfile.shipped(profile) { return found }
    let names = (own + ExportProfile.shipped).map(\.name)
    throw CommandError(
      .usage, code: "profile-unknown", "There is no profile \(PrintableText.of(profile, limit: 60)).",
      hint: "Known: \(names.joined(separator: ", ")).")
  }

  /// - Returns: the names of the files of the data.
  private func rehearse(_ plan: ExportDesk.Plan, _ reader: LedgerReader) throws -> [String] {
    try reader.readNow { database in
      let last = try JournalQueries.last(database)?.sequence ?? 0
      return try ExportBundle.rehearse(order(plan, at: last), database)
    }
  }

  private func order(_ plan: ExportDesk.Plan, at position: Int64) -> ExportOrder {
    var order = ExportOrder(
      batch: batch.text, vendor: plan.batch.batch.vendor, model: plan.batch.batch.model,
      revision: plan.revision, position: position, profile: plan.profile, previous: plan.previous)
    if let recorded = plan.recorded {
      order.unregistered = recorded.unregistered.map { ($0.reason, $0.actor) }
    } else if let reason {
      order.unregistered = (reason, options.actor)
    }
    return order
  }

  private func make(_ plan: ExportDesk.Plan, _ reader: LedgerReader, _ key: SealKey, in folder: String) throws
    -> ExportBundle.Made
  {
    let progress = ProgressLine(quiet: options.json)
    defer { progress.clear() }
    let bundle = ExportBundle(order: order(plan, at: plan.position ?? 0), key: key, folder: folder)
    return try reader.readNow { database in
      try bundle.make(database) { count in progress.show("export \(count) units") }
    }
  }

  private func record(_ made: ExportBundle.Made, _ plan: ExportDesk.Plan, _ writer: ExportWriter) async throws
  {
    if let recorded = plan.recorded {
      guard recorded.manifest == made.digest else {
        throw Fault(
          .exportFailed,
          [
            "batch": batch.text,
            "cause": "revision \(plan.revision) comes out otherwise than it was handed over",
          ])
      }
      return
    }
    try await writer.record(
      ExportEvent(
        batch: batch.text, revision: plan.revision, position: made.manifest.position, profile: plan.profile,
        rows: made.manifest.rows, manifest: made.digest, unregistered: made.manifest.unregistered))
  }

  private func show(_ made: ExportBundle.Made, _ path: String, again: Bool) {
    let manifest = made.manifest
    let result = ExportResult(
      export: path, batch: batch.text, revision: manifest.revision, position: manifest.position,
      profile: manifest.profile.name, rows: manifest.rows, withheld: manifest.withheld.count,
      unregistered: manifest.unregistered?.count ?? 0, manifest: made.digest, again: again,
      delta: manifest.delta)
    if options.json { return print(JSONLine.text(result)) }
    print(path)
    print(
      "revision \(result.revision) of \(batch): \(result.rows) units as of row \(result.position)"
        + (again ? ", the same bytes as before" : ""))
    if let delta = result.delta {
      print(
        "since revision \(delta.since): \(delta.added) added, \(delta.changed) changed, \(delta.removed) removed"
      )
    }
    if result.unregistered > 0 { print("\(result.unregistered) are not registered; the manifest says so.") }
    for unit in manifest.withheld.prefix(20) { print("not in it: \(unit.serial), \(unit.reason)") }
    if manifest.withheld.count > 20 { print("and \(manifest.withheld.count - 20) more; see manifest.json") }
  }
}
