import ArgumentParser
import Foundation

struct LedgerMergeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Read several stations' ledgers or second copies into one, for QA.",
    discussion: """
      Each source's chain and seals are verified first. Of copies of one record the longest is taken, once. With --key
      only rows that a seal of such a key is over are merged: newer ones could be anybody's (`station seal now` on the
      station seals them). Conflicts (one serial or one hub on two stations, overlapping ranges) are listed; exit
      status 1 when there are any. The merged file is asked with --ledger, like any other; nothing can be
      decided in it: that is for the station itself.

      Examples:
        station ledger merge line-1.sqlite line-2.sqlite --to plant.sqlite
        station ledger merge line-1.sqlite /mnt/record/line-2 --to plant.sqlite --key line-1.txt --key line-2.txt
        station units --ledger plant.sqlite
      """)

  @Argument(help: ArgumentHelp("Ledgers, and folders of second copies.", valueName: "source"))
  var sources: [String]

  @Option(help: ArgumentHelp("The file to make.", valueName: "file"))
  var to: String

  @Option(help: ArgumentHelp("Believe seals of these verifier keys only.", valueName: "key"))
  var key: [String] = []

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await options.perform {
      guard !FileManager.default.fileExists(atPath: to) else {
        throw CommandError(
          .cannotCreate, code: "file-exists", "\(PrintableText.of(to, limit: 200)) is there already.",
          hint: "Nothing is overwritten: move it away, or name another file with --to.")
      }
      let progress = ProgressLine(quiet: options.json)
      let result = try LedgerMerge.make(
        of: sources, to: to, trusted: try key.map { try SealInput.key($0) }, actor: options.actor,
        clock: SystemClock(), versions: StationStart(version: StationVersion.text, settings: "defaults"),
        progress: { rows in progress.show("\(rows) rows") })
      progress.clear()
      if options.json {
        print(JSONLine.text(result))
      } else {
        print("\(result.merged): \(result.rows) rows")
        for source in result.sources {
          let seal =
            switch source.sealed ?? 0 {
            case 0: "no seal"
            // The last row is the seal itself.
            case (source.rows - 1)...: "sealed"
            case let sealed: "sealed up to row \(sealed)"
            }
          let leftOut = source.leftOut ?? 0
          print(
            "  \(PrintableText.of(source.name, limit: 80)): \(source.station), \(source.rows) rows, \(seal)"
              + (source.isCopy ? ", a copy of a longer one" : "")
              + (leftOut > 0 ? "; \(leftOut) newer rows are under no such seal and left out" : ""))
        }
        for conflict in result.conflicts {
          print(
            "conflict: \(conflict.kind.rawValue) \(conflict.subject) on \(conflict.stations.joined(separator: " and ")): \(conflict.detail)"
          )
        }
      }
      return result.conflicts.isEmpty ? .done : .notVerified
    }
  }
}
