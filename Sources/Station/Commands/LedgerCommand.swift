import ArgumentParser

struct LedgerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ledger", abstract: "Prove that nothing was altered; back the ledger up, and restore it.",
    discussion: """
      Examples:
        station ledger verify
        station ledger verify --against checkpoint.txt
        station ledger prove SPK00000001 > SPK00000001.proof.json
        station ledger rebuild
        station ledger backup --to /mnt/stick
        station ledger restore /mnt/stick/line-1-20261121T064503Z-0000001234.manual.sqlite
      """,
    subcommands: [
      LedgerVerifyCommand.self, LedgerProveCommand.self, LedgerRebuildCommand.self, LedgerBackupCommand.self,
      LedgerRestoreCommand.self, LedgerMergeCommand.self,
    ])
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
