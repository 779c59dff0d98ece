import ArgumentParser

struct CorrectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "correct",
    abstract: "Say that a row was wrong: a decision about a unit, or the batch it was put into.",
    discussion: """
      Nothing is deleted: the correction is a row of its own and names the one that it corrects. `station unit SERIAL`
      shows the numbers: a decision's under Decisions, and for --batch that of the step identify. A hold is not corrected
      but lifted by `station release`, and what was released is held again by `station hold`.

      Examples:
        station correct 4711 --reason "the other hub was meant"
        station correct 4690 --batch WO-18 --reason "the batch was changed too late"
      """)

  @Argument(help: "The journal row.")
  var row: Int64

  @Option(help: ArgumentHelp("The batch that the unit belongs to.", valueName: "batch"))
  var batch: BatchID?

  @Option(help: "Why, for the record.")
  var reason: String

  @Flag(help: "Only show what would be.")
  var dryRun = false

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    try ReasonText.check(reason, longest: 300)
  }

  func run() async throws {
    try await options.perform {
      var request = DoorRequest(.correct, actor: options.actor)
      request.row = row
      request.batch = batch
      request.reason = reason
      request.dryRun = dryRun
      let done: UnitCorrection
      if let answer = try await options.throughDoor(request), let correction = answer.correction {
        done = correction
      } else {
        let ledger = try await options.writing()
        defer { try? ledger.close() }
        done = try await DispositionDesk(ledger: ledger, actor: options.actor)
          .correct(row, batch: batch, reason: reason, dryRun: dryRun)
      }
      if options.json {
        print(JSONLine.text(done))
      } else {
        print(
          "Row \(done.row): \(done.field.rawValue) \(dryRun ? "would be" : "is") \(done.new), not \(done.old)."
        )
      }
      return .done
    }
  }
}
