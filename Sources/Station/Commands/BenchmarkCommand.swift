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
      """)

  @Option(help: "1 is the usual size; less for a quick look.")
  var scale = 1.0

  @Option(help: ArgumentHelp("Ask this ledger instead; no station may run on it.", valueName: "file"))
  var ledger: String?

  func validate() throws {
    guard scale > 0, scale <= 100 else { throw ValidationError("--scale: above 0, at most 100.") }
  }

  func run() async throws {
    try await GlobalOptions.silent.perform {
      if let ledger {
        print(JSONLine.text(try await AskingBenchmark.run(ledger: ledger)))
        return .done
      }
      print(JSONLine.text(try await BenchmarkReport.run(scale: scale)))
      return .done
    }
  }
}
