import ArgumentParser
import CertForge
import Foundation

/// What `ledger backup --json` prints. The keys are stable.
struct BackupResult: Codable {
  var backup: String
  var rows: Int64
  /// Hash of the newest row: lower-case hex.
  var head: String
  var time: Timestamp?
  var units: Int
  var bytes: Int64
}

struct LedgerBackupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Copy the ledger, while the station runs too, and verify the copy.",
    discussion: """
      Every page and every row of the copy is read back before it gets its name; mode 0600; nothing is overwritten.
      Without --to it goes to the folder of the settings' `backup`, else to `backups` beside the ledger. The station
      never deletes a backup made by hand.

      Examples:
        station ledger backup
        station ledger backup --to /mnt/stick
        station ledger backup --to /mnt/stick/before-the-move.sqlite --json
      """)

  @Option(help: ArgumentHelp("A folder, or the file to make.", valueName: "place"))
  var to: String?

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await options.perform {
      let reader = try options.reading()
      let last = try await reader.lastRow()
      try reader.close()
      let progress = ProgressLine(quiet: options.json)
      let copy = try LedgerBackup.make(of: reader.path, to: try destination(of: reader.path, last)) { share in
        progress.show("backup \(Int(share * 100)) %")
      }
      progress.clear()
      let result = BackupResult(
        backup: copy.path, rows: copy.rows, head: Hexadecimal.encode(copy.head), time: copy.lastTime,
        units: copy.units, bytes: copy.bytes)
      if options.json {
        print(JSONLine.text(result))
      } else {
        print("\(copy.path)")
        print(
          "\(copy.rows) rows, \(copy.units) units, \(copy.bytes >> 10) KiB, verified; head \(result.head)")
      }
      return .done
    }
  }

  private func destination(of ledger: String, _ last: JournalRow?) throws -> LedgerBackup.Destination {
    let settings = options.ledger == nil || to == nil ? try? options.loadSettings() : nil
    let station = settings?.station ?? last?.station ?? "station"
    let time = SystemClock().now()
    guard let to else {
      // The folder of the settings is for the settings' own ledger.
      if options.ledger == nil, let folder = settings?.backup?.folder {
        return .folder(folder, station: station, reason: .manual, time: time)
      }
      let folder = URL(filePath: ledger).deletingLastPathComponent().appending(path: "backups")
        .path(percentEncoded: false)
      try LedgerFile(path: "\(folder)/x").makeFolder()
      return .folder(folder, station: station, reason: .manual, time: time)
    }
    var isFolder: ObjCBool = false
    let there = FileManager.default.fileExists(atPath: to, isDirectory: &isFolder)
    if there, isFolder.boolValue { return .folder(to, station: station, reason: .manual, time: time) }
    guard !to.hasSuffix("/") else {
      throw CommandError(
        .cannotCreate, code: "folder-missing", "There is no folder \(PrintableText.of(to, limit: 200)).",
        hint: "Mount or make it first.")
    }
    return .file(to)
  }
}
