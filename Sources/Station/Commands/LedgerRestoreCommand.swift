import ArgumentParser
import Foundation

struct LedgerRestoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Make the ledger anew from a backup and everything written since.",
    discussion: """
      Shows what would be brought back and what would be lost; does it only with --yes. Rows after the backup come
      unchanged from the ledger that is there, as far as it can be read, and from the folder of the second copy. Units
      whose rows are lost but known by name are put on hold: their serials get no second identity, and none that was held
      or scrapped is free. The ledger that was there is kept beside it. The station must be stopped. A second copy with
      rows that are lost here takes no more: name a new place for it under `record`.

      Examples:
        station ledger restore /mnt/backup/line-1/line-1-20261121T064503Z-0000001234.auto.sqlite
        station ledger restore BACKUP --record /mnt/record/line-1 --yes
        station ledger restore BACKUP --without-record --yes --json
      """)

  @Argument(help: "The backup.")
  var backup: String

  @Option(
    help: ArgumentHelp("A folder with segments of the record; else the settings'.", valueName: "folder"))
  var record: String?

  @Flag(help: "Do without the second copy of the record, though there is one.")
  var withoutRecord = false

  @Flag(help: "Do it; without this it is only shown.")
  var yes = false

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard record == nil || !withoutRecord else {
      throw ValidationError("--record or --without-record, not both.")
    }
  }

  func run() async throws {
    try await options.perform {
      let settings = options.ledger == nil ? try options.loadSettings() : nil
      let restore = try LedgerRestore(
        backup, over: try options.ledgerPath(), record: try recordFolder(settings),
        station: settings?.station,
        clock: SystemClock(),
        versions: StationStart(version: StationVersion.text, settings: settings?.origin.digest ?? "defaults"))
      let answer = yes ? try restore.perform(actor: options.actor) : try restore.preview()
      if options.json {
        print(JSONLine.text(answer))
      } else {
        for line in RestoreText.lines(answer) { print(line) }
      }
      return .done
    }
  }

  /// A second copy that the settings name is used, or left out on purpose: rows that are only there would be lost.
  private func recordFolder(_ settings: StationSettings?) throws -> String? {
    if let record { return record }
    if withoutRecord { return nil }
    switch settings?.record {
    case nil: return nil
    case .folder(let folder): return folder
    case .https(let address):
      throw CommandError(
        .usage, code: "record-remote",
        "The second copy is at \(PrintableText.of(address, limit: 200)), where this program cannot read it.",
        hint: "Fetch its segments into a folder and name it with --record, or say --without-record.")
    }
  }
}
