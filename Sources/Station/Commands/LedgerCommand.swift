import ArgumentParser
import CertForge

struct LedgerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ledger", abstract: "Prove that nothing was altered; back the ledger up, and restore it.",
    discussion: """
      Examples:
        station ledger verify
        station ledger rebuild
        station ledger backup --to /mnt/stick
        station ledger restore /mnt/stick/line-1-20261121T064503Z-0000001234.manual.sqlite
      """,
    subcommands: [
      LedgerVerifyCommand.self, LedgerRebuildCommand.self, LedgerBackupCommand.self,
      LedgerRestoreCommand.self,
    ])
}

/// What `ledger verify --json` prints. The keys are stable.
struct LedgerVerdict: Codable {
  var ledger: String
  var good: Bool
  var rows: Int64
  /// Hash of the last good row: lower-case hex.
  var head: String
  /// The first row that is not what it was, and why.
  var brokenRow: Int64?
  var reason: String?
  /// Tables and keys in which the projections differ from the journal; at most twenty.
  var differences: [String]
}

struct LedgerVerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Walk the hash chain from row 1 and compare the projections with the journal.",
    discussion: """
      Works beside a running station. Exit status 65 when anything is not what was written. Keep the printed head in
      another place: a cut-off end can only be found against it.

      Examples:
        station ledger verify
        station ledger verify --ledger copy.sqlite --json
      """)

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await options.perform {
      let reader = try options.reading()
      let chain = try await reader.verifyChain()
      let projections = try await reader.compareProjections()
      let good = chain.firstBreak == nil && projections.agree
      let verdict = LedgerVerdict(
        ledger: reader.path, good: good, rows: chain.rows, head: Hexadecimal.encode(chain.head),
        brokenRow: chain.firstBreak?.sequence, reason: chain.firstBreak?.reason.rawValue,
        differences: projections.differences.map { "\($0.table) \($0.key)" })
      if options.json {
        print(JSONLine.text(verdict))
      } else {
        print("\(verdict.rows) rows are good; head \(verdict.head)")
        if let row = verdict.brokenRow, let reason = verdict.reason {
          print("Row \(row) is not what was written (\(reason)). Stop the line, keep the file, call QA.")
        }
        for difference in verdict.differences {
          print("Projection differs: \(PrintableText.of(difference, limit: 200)) (station ledger rebuild)")
        }
      }
      return good ? .done : .badData
    }
  }
}

struct LedgerRebuildCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rebuild",
    abstract: "Make the projections anew from the journal; the journal is not touched.",
    discussion: """
      Needs the ledger for itself: stop the station first.

      Examples:
        station ledger rebuild
      """)

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await options.perform {
      let ledger = try await options.writing()
      try await ledger.rebuild()
      let agree = try await ledger.compareProjections().agree
      try ledger.close()
      guard agree else {
        throw CommandError(
          .badData, code: "rebuild-differs",
          "The projections differ from the journal even after the rebuild.",
          hint: "Keep the file and call the engineer.")
      }
      print(options.json ? JSONLine.text(["rebuilt": true]) : "The projections were made anew.")
      return .done
    }
  }
}
