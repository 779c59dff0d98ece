import ArgumentParser

struct SampleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample", abstract: "Draw the units of a closed batch that are looked at (ISO 2859-1).",
    discussion: """
      Single sampling, normal inspection, general level II. The draw can be made again by anybody with the record, and
      always gives the same units: its seed is the first checkpoint after the close of the batch.

      Examples:
        station sample WO-17 --aql 1.0
        station sample WO-17 --aql 0.65 --json
      """)

  @Argument(help: "The number of a closed order.")
  var batch: BatchID

  @Option(help: "The acceptable quality limit in percent: 0.010 to 10, of the preferred series.")
  var aql: String

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard SamplingPlan(aql: aql, lot: 100) != nil else {
      throw ValidationError("--aql: one of \(SamplingPlan.limits.joined(separator: ", ")).")
    }
  }

  func run() async throws {
    try await options.perform {
      let (id, aql) = (batch, aql)
      let reader = try options.reading()
      let draw: SampleDraw
      do throws(Fault) { draw = try await reader.read { try SampleDraw($0, of: id, aql: aql) } } catch {
        guard error.code == .exportFailed, let cause = error.values["cause"] else { throw error }
        throw CommandError(
          .badData, code: error.code.rawValue, "No sample of \(id): \(PrintableText.of(cause, limit: 200)).",
          hint: "`station batch show \(id)` and `station units --batch \(id)` say how it stands.")
      }
      if options.json {
        print(JSONLine.text(draw))
        return .done
      }
      let plan = draw.plan
      print("Lot of \(plan.lot), AQL \(plan.aql), code letter \(plan.letter): look at \(plan.sample).")
      print("Accept with \(plan.accept) bad, reject from \(plan.reject).")
      print("Seed \(draw.seed), from the checkpoint of row \(draw.position).")
      for serial in draw.serials { print(serial) }
      return .done
    }
  }
}
