import ArgumentParser

struct BenchmarkCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark", abstract: "How fast this machine makes identities, rows and units.",
    discussion: """
      Needs no settings, no hardware and no network. Prints one JSON line. `make bench` puts comparators beside it.

      Examples:
        station benchmark
        station benchmark --scale 0.1
        station benchmark --ledger copy-of-a-ledger.sqlite
        station benchmark --ledger copy-of-a-ledger.sqlite --batch WO-17
      """)

  @Option(help: "1 is the usual size; less for a quick look.")
  var scale = 1.0

  @Option(help: ArgumentHelp("Ask this ledger instead; no station may run on it.", valueName: "file"))
  var ledger: String?

  @Option(help: "With --ledger: write the data of this batch instead.")
  var batch: BatchID?

  func validate() throws {
    guard batch == nil || ledger != nil else { throw ValidationError("--batch needs --ledger.") }
    guard scale > 0, scale <= 100 else { throw ValidationError("--scale: above 0, at most 100.") }
  }

  func run() async throws {
    try await GlobalOptions.silent.perform {
      if let ledger, let batch {
        print(JSONLine.text(try await ExportBenchmark.run(ledger: ledger, batch: batch)))
        return .done
      }
      if let ledger {
        print(JSONLine.text(try await AskingBenchmark.run(ledger: ledger)))
        return .done
      }
      print(JSONLine.text(try await BenchmarkReport.run(scale: scale)))
      return .done
    }
  }
}
